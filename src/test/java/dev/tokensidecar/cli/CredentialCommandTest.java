package dev.tokensidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code credential} asks the sidecar, what it prints, and how it fails. */
@Timeout(30)
class CredentialCommandTest {

    private static final String KUBECTL_TOKEN = """
            {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",\
            "status":{"token":"s3cret","expirationTimestamp":"2026-11-24T00:10:14Z"}}
            """;

    @TempDir
    Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private FakeSidecar sidecar;

    @BeforeEach
    void open() throws IOException {
        sidecar = new FakeSidecar();
        environment.put("QUARKUS_HTTP_PORT", sidecar.port());
    }

    @AfterEach
    void close() {
        sidecar.close();
    }

    private CommandRun credential(String in, String... arguments) {
        List<String> all = new ArrayList<>(List.of("credential", "--format"));
        all.addAll(List.of(arguments));
        return CommandRun.of(environment, in, all.toArray(String[]::new));
    }

    @Test
    void kubectlGetsAnExecCredential() {
        assertThat(credential("", "kubectl")).isEqualTo(new CommandRun(0, KUBECTL_TOKEN, ""));
        assertThat(sidecar.targets()).containsExactly("/token");
    }

    @Test
    void theVersionIsTheOneThatTheClientAsksFor() {
        environment.put("KUBERNETES_EXEC_INFO", """
                {"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{"interactive":false}}""");

        assertThat(credential("", "kubectl").out())
                .startsWith("{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client.authentication.k8s.io/v1alpha1", "v2"})
    void anUnknownVersionIsReported(String version) {
        environment.put("KUBERNETES_EXEC_INFO", "{\"apiVersion\":\"" + version + "\"}");

        assertThat(credential("", "kubectl"))
                .isEqualTo(
                        new CommandRun(
                                1,
                                "",
                                "token-sidecar: KUBERNETES_EXEC_INFO asks for an unknown apiVersion: write client.authentication.k8s.io/v1 in the kubeconfig\n"));
    }

    @Test
    void gitGetsANameAndAPassword() {
        assertThat(credential("protocol=https\nhost=git.example.com\n\n", "git", "get"))
                .isEqualTo(new CommandRun(0, "username=oauth2\npassword=s3cret\npassword_expiry_utc=1795479014\n", ""));
    }

    @Test
    void theUserNameOfTheAddressStays() {
        assertThat(credential("protocol=https\nhost=git.example.com\nusername=anna\n", "git", "get")
                        .out())
                .startsWith("username=anna\n");
        assertThat(credential("protocol=https\n", "git", "--username", "x-access-token", "get")
                        .out())
                .startsWith("username=x-access-token\n");
    }

    @Test
    void gitGetsABearerTokenIfTheServerAsksForOne() {
        String in = "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=git.example.com\nwwwauth[]=";

        assertThat(credential(in + "Basic realm=\"git\"\nwwwauth[]=bearer realm=\"git\"\n", "git", "get")
                        .out())
                .isEqualTo(
                        "capability[]=authtype\nauthtype=Bearer\ncredential=s3cret\nephemeral=1\npassword_expiry_utc=1795479014\n");
        assertThat(credential(in + "Basic realm=\"git\"\n", "git", "get").out()).startsWith("username=oauth2\n");
        assertThat(credential("protocol=https\nwwwauth[]=Bearer\n", "git", "get")
                        .out())
                .as("an older git cannot send it")
                .startsWith("username=oauth2\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearerish realm=\"git\"", "Bearer-Token", "Basic, Bearer"})
    void anotherSchemeIsNotBearer(String challenge) {
        assertThat(credential("capability[]=authtype\nwwwauth[]=" + challenge + "\n", "git", "get")
                        .out())
                .startsWith("username=oauth2\n");
    }

    /** Otherwise a URL with a carriage return could name another host than the one that Git asks for. */
    @ParameterizedTest
    @ValueSource(strings = {"host=git.example.com\rhost=evil.example\n", "username=a\r\n", "\r\nhost=a\n", "host=a\r"})
    void aCarriageReturnEndsNoLine(String in) {
        for (String operation : List.of("get", "erase")) {
            assertThat(credential("protocol=https\n" + in, "git", operation))
                    .isEqualTo(new CommandRun(
                            1, "", "token-sidecar: git sent a carriage return: check the URL of the repository\n"));
        }
        assertThat(sidecar.targets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"password", "credential"})
    void whatGitErasesIsReportedByItsHash(String key) {
        assertThat(credential("protocol=https\n" + key + "=old\n", "git", "erase"))
                .isEqualTo(new CommandRun(0, "", ""));

        assertThat(sidecar.targets())
                .containsExactly(
                        "/token?rejected=" + TokenHash.of(Secret.of("old")).reveal());
    }

    @Test
    void anErasedFieldIsReportedByTheTokenThatItCameWith() {
        sidecar.responds(200, "{\"id_token\":\"identity\",\"access_token\":\"s3cret\",\"generation\":4}");

        assertThat(credential("password=other\n", "git", "--field", "id_token", "erase")
                        .exitCode())
                .isZero();
        assertThat(sidecar.targets()).containsExactly("/token?field=id_token");

        assertThat(credential("password=identity\n", "git", "--field", "id_token", "erase")
                        .exitCode())
                .isZero();
        assertThat(sidecar.targets())
                .endsWith(
                        "/token?field=id_token",
                        "/token?rejected=" + TokenHash.of(Secret.of("s3cret")).reveal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"store", "somethingNew"})
    void gitMaySayWhatNeedsNoAnswer(String operation) {
        assertThat(credential("password=s3cret\n", "git", operation)).isEqualTo(new CommandRun(0, "", ""));
        assertThat(credential("protocol=https\n", "git", "erase")).isEqualTo(new CommandRun(0, "", ""));
        assertThat(sidecar.targets()).isEmpty();
    }

    @Test
    void dockerGetsANameAndASecret() {
        assertThat(credential("https://registry.example.com\n", "docker", "get"))
                .isEqualTo(new CommandRun(
                        0,
                        "{\"ServerURL\":\"https://registry.example.com\",\"Username\":\"oauth2accesstoken\",\"Secret\":\"s3cret\"}\n",
                        ""));
        assertThat(credential("r", "docker", "--username=<token>", "get").out()).contains("\"Username\":\"<token>\"");
    }

    @Test
    void dockerKeepsNothing() {
        assertThat(credential("", "docker", "list")).isEqualTo(new CommandRun(0, "{}\n", ""));
        assertThat(credential("{}", "docker", "store")).isEqualTo(new CommandRun(0, "", ""));
        assertThat(credential("r", "docker", "erase")).isEqualTo(new CommandRun(0, "", ""));
        assertThat(sidecar.targets()).isEmpty();
    }

    /** It shows what the helper has written to its standard output. */
    @Test
    void dockerIsToldOfAFailureOnStandardOutput() {
        sidecar.responds(503, "{\"detail\":\"no\",\"action\":\"retry\"}");

        assertThat(credential("r", "docker", "get"))
                .isEqualTo(new CommandRun(
                        1, "token-sidecar: no token: no; try again\n", "token-sidecar: no token: no; try again\n"));
    }

    @Test
    void anotherTokenAndAFieldHaveTheirNames() {
        sidecar.responds(200, "{\"id token\":\"identity\",\"generation\":4}");

        assertThat(credential("", "kubectl", "--token", "orders", "--field", "id token")
                        .out())
                .contains("\"token\":\"identity\"}");
        assertThat(sidecar.targets()).containsExactly("/tokens/orders?field=id+token");
    }

    @Test
    void aFieldOfSeveralLinesIsNoCredential() {
        sidecar.responds(200, "{\"id_token\":\"one\\nquit=1\"}");

        assertThat(credential("protocol=https\n", "git", "--field", "id_token", "get"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "token-sidecar: id_token is more than one line of text, so it cannot be a credential\n"));
    }

    @Test
    void theAddressMayBeGiven() {
        environment.put("QUARKUS_HTTP_PORT", "1");

        assertThat(credential("", "kubectl", "--url", sidecar.url()).out()).isEqualTo(KUBECTL_TOKEN);
        assertThat(sidecar.header("Host")).isEqualTo("localhost:" + sidecar.port());
    }

    @Test
    void whatTheGuardRequiresIsSent() throws IOException {
        Path secret = Files.writeString(directory.resolve("caller"), "n3w\nold\n");
        environment.put("SIDECAR_GUARD_CALLER_SECRET_FILE", secret.toString());
        environment.put("SIDECAR_GUARD_REQUIRED_HEADER", "Metadata: true");

        assertThat(credential("", "kubectl").exitCode()).isZero();

        assertThat(sidecar.header("X-Sidecar-Secret")).isEqualTo("n3w");
        assertThat(sidecar.header("Metadata")).isEqualTo("true");
    }

    @Test
    void aBlankVariableIsNoValue() {
        environment.put("QUARKUS_HTTP_PORT", " " + sidecar.port() + " ");
        environment.put("SIDECAR_GUARD_REQUIRED_HEADER", "");
        environment.put("SIDECAR_GUARD_CALLER_SECRET_FILE", " ");
        environment.put("SIDECAR_SOCKETS_ALL_PATH", "");

        assertThat(credential("", "kubectl").out()).isEqualTo(KUBECTL_TOKEN);
    }

    @Test
    void aGuardThatCannotBeSatisfiedIsReported() throws IOException {
        environment.put(
                "SIDECAR_GUARD_CALLER_SECRET_FILE", directory.resolve("none").toString());
        assertThat(credential("", "kubectl").err())
                .isEqualTo("token-sidecar: the caller secret in " + directory
                        + "/none cannot be read: mount the file here too\n");

        Path empty = Files.writeString(directory.resolve("empty"), "\n");
        environment.put("SIDECAR_GUARD_CALLER_SECRET_FILE", empty.toString());
        assertThat(credential("", "kubectl").err()).startsWith("token-sidecar: " + empty + " has no caller secret: ");

        environment.put("SIDECAR_GUARD_REQUIRED_HEADER", "Metadata: true\r\nHost: evil.example");
        assertThat(credential("", "kubectl").err())
                .isEqualTo("token-sidecar: SIDECAR_GUARD_REQUIRED_HEADER is not a header such as Metadata: true\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "`{'detail':'the authorization server answered 503','action':'retry'}`, `the authorization server answered 503; try again in 58 s`",
                "`{'detail':'dead','action':'reauthenticate'}`, `dead; somebody has to log in again`",
                "`{'detail':'invalid_client','action':'fix-configuration'}`, `invalid_client; correct the configuration of the sidecar`",
                "`{'detail':'a\\nb','action':'fix-request'}`, `a\\nb`",
            })
    void aProblemSaysWhatToDo(String problem, String message) {
        sidecar.retryAfter("58");
        sidecar.responds(503, problem.replace('\'', '"'));

        assertThat(credential("", "kubectl"))
                .isEqualTo(new CommandRun(1, "", "token-sidecar: no token: " + message + "\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, '{\"expires_in\":3}', 'localhost:PORT responds, but not as a sidecar: check the address'",
        "200, 'text', 'localhost:PORT responds, but not as a sidecar: check the address'",
        "404, '<html>', 'HTTP 404 instead of a token: this is not the port of a sidecar'",
    })
    void anotherServerIsRecognized(int status, String body, String message) {
        sidecar.responds(status, body);

        assertThat(credential("", "kubectl"))
                .isEqualTo(new CommandRun(1, "", "token-sidecar: " + message.replace("PORT", sidecar.port()) + "\n"));
    }

    @Test
    void aSidecarThatDoesNotRunIsReported() {
        String nobody = Integer.toString(ChildProcess.freePort());
        environment.put("QUARKUS_HTTP_PORT", nobody);
        assertThat(credential("", "kubectl"))
                .isEqualTo(new CommandRun(
                        1,
                        "",
                        "token-sidecar: no sidecar responds at localhost:" + nobody
                                + ": see whether it runs here, or give its address\n"));

        environment.put("SIDECAR_SOCKETS_ORDERS_PATH", directory.resolve("none").toString());
        assertThat(credential("", "kubectl").err())
                .startsWith("token-sidecar: no sidecar responds at " + directory + "/none: ");
    }

    @ParameterizedTest
    @CsvSource({
        "helm, '--format is one of kubectl, git and docker'",
        "kubectl --token Orders, '--token is the name of a configured token'",
        "kubectl --token a/b, '--token is the name of a configured token'",
        "kubectl --url https://localhost:8191, '--url is the address of a sidecar, such as http://localhost:8191'",
        "kubectl --url http://10.0.0.1:8191, '--url is the address of a sidecar, such as http://localhost:8191'",
        "kubectl --url http://localhost:8191/token, '--url is the address of a sidecar, such as http://localhost:8191'",
        "kubectl --url http://u@localhost:8191, '--url is the address of a sidecar, such as http://localhost:8191'",
        "kubectl get now, 'Unmatched argument at index 4: ''now'''",
    })
    void invalidArgumentsAreReported(String arguments, String message) {
        CommandRun run = credential("", arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("token-sidecar: " + message + "\nSee 'token-sidecar help credential'.\n");
        assertThat(sidecar.targets()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "kubectl get, kubectl names no operation",
        "git, 'git adds get, store or erase'",
        "docker, 'docker adds get, list, store or erase'",
        "docker rotate, 'docker adds get, list, store or erase'",
    })
    void aStrangeOperationIsReported(String arguments, String message) {
        CommandRun run = credential("", arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).startsWith("token-sidecar: " + message);
    }
}

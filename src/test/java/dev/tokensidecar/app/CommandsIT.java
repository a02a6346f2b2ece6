package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.CommandProcess;
import dev.tokensidecar.testing.process.PackagedApplication;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the packaged application, each as a process beside a sidecar. */
@Timeout(120)
class CommandsIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "commands-it.log"),
                DemoOptions.builder()
                        .accessTokenLifetime(Duration.ofSeconds(300))
                        .build());
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private static Map<String, String> portOf(SidecarProcess sidecar) {
        return Map.of("QUARKUS_HTTP_PORT", Integer.toString(sidecar.api("/").getPort()));
    }

    private static void assertFails(CommandProcess command, String message) {
        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.err()).isEqualTo("token-sidecar: " + message + "\n");
    }

    @Test
    void eachProtocolGetsTheToken() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String token = testBed.get(sidecar.api("/token")).body();

            CommandProcess kubectl = CommandProcess.run(portOf(sidecar), "", "credential", "--format", "kubectl");
            JsonObject status = new JsonObject(kubectl.out()).getJsonObject("status");
            assertThat(status.getString("token")).isEqualTo(token);
            assertThat(Instant.parse(status.getString("expirationTimestamp")))
                    .isBetween(Instant.now(), Instant.now().plusSeconds(300));

            CommandProcess git = CommandProcess.run(
                    portOf(sidecar),
                    "protocol=https\nhost=git.example.com\n\n",
                    "credential",
                    "--format",
                    "git",
                    "get");
            assertThat(git.out()).startsWith("username=oauth2\npassword=" + token + "\npassword_expiry_utc=");

            CommandProcess docker =
                    CommandProcess.run(portOf(sidecar), "registry.example.com", "credential", "--format=docker", "get");
            assertThat(new JsonObject(docker.out()).getString("Secret")).isEqualTo(token);

            assertThat(kubectl.err() + git.err() + docker.err()).isEmpty();
            assertThat(kubectl.exitCode() + git.exitCode() + docker.exitCode()).isZero();
        }
    }

    @Test
    void whatGitErasesIsReplaced() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String rejected = testBed.get(sidecar.api("/token")).body();
            String[] erase = {"credential", "--format", "git", "erase"};

            assertThat(CommandProcess.run(portOf(sidecar), "protocol=https\npassword=of another helper\n", erase))
                    .isEqualTo(new CommandProcess(0, "", ""));
            assertThat(testBed.get(sidecar.api("/token")).body()).isEqualTo(rejected);

            assertThat(CommandProcess.run(portOf(sidecar), "protocol=https\npassword=" + rejected + "\n", erase))
                    .isEqualTo(new CommandProcess(0, "", ""));
            assertThat(testBed.get(sidecar.api("/token")).body()).isNotEqualTo(rejected);
        }
    }

    @Test
    void theSocketTheSecretAndTheHeaderAreThoseOfTheSidecar() throws Exception {
        Map<String, String> guard = Map.of(
                "SIDECAR_SOCKETS_ALL_PATH",
                directory.resolve("http.sock").toString(),
                "SIDECAR_SOCKETS_ALL_TOKENS",
                "*",
                "SIDECAR_GUARD_CALLER_SECRET_FILE",
                testBed.write("caller", "s3cret"),
                "SIDECAR_GUARD_REQUIRED_HEADER",
                "Metadata: true");
        guard.forEach(testBed::set);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(CommandProcess.run(guard, "", "credential", "--format", "kubectl")
                            .exitCode())
                    .isZero();
            assertFails(
                    CommandProcess.run(portOf(sidecar), "", "credential", "--format", "kubectl"),
                    "no token: the header Metadata: true is required");
        }
    }

    @Test
    void aFieldOfTheTokenResponseIsServedByName() throws Exception {
        testBed.set("SIDECAR_TOKEN_FIELDS", "id_token,instance_url");
        testBed.set("SIDECAR_TOKEN_FILE", directory.resolve("id-token").toString());
        testBed.set("SIDECAR_TOKEN_FILE_FIELD", "id_token");
        testBed.server().faults().always(Fault.with("id_token", "identity-1"));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String token = testBed.get(sidecar.api("/token")).body();

            assertThat(testBed.get(sidecar.api("/token?field=id_token")).body()).isEqualTo("identity-1");
            JsonObject json = new JsonObject(testBed.get(sidecar.api("/tokens/default?field=id_token"), Map.of())
                    .body());
            assertThat(json.getString("access_token")).isEqualTo(token);
            assertThat(json.getString("id_token")).isEqualTo("identity-1");
            assertThat(json.fieldNames())
                    .containsExactlyInAnyOrder(
                            "access_token",
                            "token_type",
                            "expires_in",
                            "expires_at",
                            "scope",
                            "generation",
                            "id_token");
            assertThat(testBed.get(sidecar.api("/token"), Map.of()).body()).doesNotContain("identity-1");
            sidecar.await("the file", () -> Files.exists(directory.resolve("id-token")));
            assertThat(directory.resolve("id-token")).hasContent("identity-1");

            CommandProcess kubectl =
                    CommandProcess.run(portOf(sidecar), "", "credential", "--format=kubectl", "--field=id_token");
            assertThat(new JsonObject(kubectl.out()).getJsonObject("status").getString("token"))
                    .isEqualTo("identity-1");
            assertThat(testBed.get(sidecar.api("/status")).body() + sidecar.log())
                    .doesNotContain("identity-1");
        }
    }

    @Test
    void aFieldThatNobodyMayHaveOrThatWasNotSentIsAnError() throws Exception {
        testBed.set("SIDECAR_TOKEN_FIELDS", "id_token");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            var unknown = testBed.get(sidecar.api("/token?field=refresh_token"), Map.of());
            assertThat(unknown.statusCode()).isEqualTo(400);
            assertThat(unknown.body())
                    .contains(
                            "\"detail\":\"field=refresh_token is not configured: write id_token, or add it to sidecar.token.fields\"");
            var absent = testBed.get(sidecar.api("/token?field=id_token"), Map.of());
            assertThat(absent.statusCode()).isEqualTo(500);
            assertThat(absent.body()).contains("\"error\":\"configuration\"", "has sent no id_token with this token");
            assertThat(testBed.get(sidecar.api("/token?field="), Map.of()).statusCode())
                    .as("an empty value counts as left out")
                    .isEqualTo(200);

            assertFails(
                    CommandProcess.run(portOf(sidecar), "", "credential", "--format=kubectl", "--field=id_token"),
                    "no token: the authorization server has sent no id_token with this token: ask for it, with another"
                            + " scope for instance; correct the configuration of the sidecar");
        }
    }

    @Test
    void withoutASidecarACommandSaysSo() {
        String nobody = Integer.toString(ChildProcess.freePort());

        assertFails(
                CommandProcess.run(Map.of("QUARKUS_HTTP_PORT", nobody), "", "credential", "--format", "kubectl"),
                "no sidecar responds at localhost:" + nobody + ": see whether it runs here, or give its address");
        assertThat(CommandProcess.run(Map.of("QUARKUS_MANAGEMENT_PORT", nobody), "", "probe", "live"))
                .isEqualTo(new CommandProcess(1, "live: no response from 127.0.0.1:" + nobody + "\n", ""));
    }

    @Test
    void serveIsTheDefault() throws Exception {
        testBed.set("SIDECAR_TOKEN_CLIENT_ID", "");
        try (SidecarProcess sidecar = testBed.start("serve")) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(sidecar.log()).contains("sidecar.token.client.id is missing");
        }
    }

    /** The start of the sidecar does not pay for the commands. */
    @Test
    void serveLoadsNoClassOfTheCommands() throws Exception {
        assumeFalse(PackagedApplication.isNative(), "a JVM tells which classes it loads");
        Path loaded = directory.resolve("classes");
        testBed.set("JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(Files.readString(loaded))
                    .contains(" dev.tokensidecar.app.Main ")
                    .doesNotContain(" picocli.", " dev.tokensidecar.cli.", " dev.tokensidecar.login.");
        }
    }

    @Test
    void helpAndVersionAreOnStandardOutput() {
        CommandProcess help = CommandProcess.run(Map.of(), "", "help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("credential", "probe", "serve");
        assertThat(CommandProcess.run(Map.of(), "", "--version").out()).matches("token-sidecar \\d+\\.\\d+\\.\\d+\n");

        CommandProcess unknown = CommandProcess.run(Map.of(), "", "rotate");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err()).startsWith("token-sidecar: Unmatched argument at index 0: 'rotate'\n");
    }
}

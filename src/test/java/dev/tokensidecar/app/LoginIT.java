package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.LoginCommandRun;
import dev.tokensidecar.testing.server.InteractiveServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged {@code login}, with the configuration of a sidecar. */
@Timeout(120)
class LoginIT {

    private static final String REFRESH_TOKEN = InteractiveServer.REFRESH_TOKEN;

    @TempDir
    Path directory;

    private final InteractiveServer server = new InteractiveServer();
    private final HttpClient browser =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void configure() throws IOException {
        environment.put(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", server.issuer().toString());
        environment.put("SIDECAR_TOKEN_CLIENT_ID", "app");
        environment.put(
                "SIDECAR_TOKEN_CLIENT_SECRET_FILE",
                Files.writeString(directory.resolve("client-secret"), "s3cret").toString());
        environment.put("SIDECAR_TOKEN_GRANT_SCOPE", "openid offline_access");
    }

    @AfterEach
    void close() {
        browser.close();
        server.close();
    }

    private LoginCommandRun start(String... arguments) {
        return LoginCommandRun.start(directory, environment, Path.of("target", "login-it.log"), arguments);
    }

    private HttpResponse<String> open(URI address) throws Exception {
        return browser.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private static String decoded(String manifest, String key) {
        String value = manifest.replaceAll("(?s).*\n  " + key + ": \"([^\"]*)\".*", "$1");
        return new String(Base64.getDecoder().decode(value), UTF_8);
    }

    @Test
    void theRefreshTokenGoesToAFileThatOthersCannotRead() throws Exception {
        try (LoginCommandRun login = start("--no-browser")) {
            URI address = login.awaitAddress();
            assertThat(address.getQuery()).contains("prompt=consent", "scope=openid+offline_access");
            assertThat(open(address).body()).contains("You are logged in", "You may close this page");
            assertThat(login.awaitExit()).isZero();
            assertThat(login.log())
                    .isEqualTo("Open this address in a browser on this host:\n" + address
                            + "\nLogged in. The refresh token is in ./refresh-token.\n");

            Path file = directory.resolve("refresh-token");
            assertThat(file).hasContent(REFRESH_TOKEN);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Map<String, String> token = server.received("/token").getFirst().parameters();
            assertThat(login.log())
                    .doesNotContain(REFRESH_TOKEN, "at-1", "s3cret", token.get("code"), token.get("code_verifier"));
        }
    }

    @Test
    void aFileThatExistsIsKept() throws Exception {
        Files.writeString(directory.resolve("refresh-token"), "old");

        try (LoginCommandRun login = start("--no-browser")) {
            assertThat(login.awaitExit()).isEqualTo(1);
            assertThat(login.log()).contains("exists: name another file with --file, or replace it with --force");
        }
        assertThat(directory.resolve("refresh-token")).hasContent("old");
        assertThat(server.received("/authorize")).isEmpty();
    }

    @Test
    void theSecretHasWhatTheContainerNeeds() throws Exception {
        server.offerPushedRequests();

        try (LoginCommandRun login = start("--no-browser", "--output=secret", "--namespace=shop")) {
            assertThat(open(login.awaitAddress()).statusCode()).isEqualTo(200);
            assertThat(login.awaitExit()).isZero();

            assertThat(login.log()).contains("\n  name: \"token-sidecar\"\n  namespace: \"shop\"\n");
            assertThat(decoded(login.log(), "issuer")).isEqualTo(server.issuer().toString());
            assertThat(decoded(login.log(), "client-id")).isEqualTo("app");
            assertThat(decoded(login.log(), "client-secret")).isEqualTo("s3cret");
            assertThat(decoded(login.log(), "refresh-token")).isEqualTo(REFRESH_TOKEN);
            assertThat(server.received("/par")).hasSize(1);
        }
        assertThat(directory.resolve("refresh-token")).doesNotExist();
    }

    /** The person of a registered redirect URI and of a browser that opens by itself. */
    @Test
    void theBrowserOpensByItself() throws Exception {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        Path opener = Files.writeString(
                bin.resolve("xdg-open"), "#!/bin/sh\necho \"$1\" >opened.tmp; mv opened.tmp opened\n");
        Files.setPosixFilePermissions(opener, PosixFilePermissions.fromString("rwxr-xr-x"));
        environment.put("PATH", bin + ":" + System.getenv("PATH"));
        environment.put("DISPLAY", ":99");
        int port = ChildProcess.freePort();

        try (LoginCommandRun login = start("--redirect-uri=http://localhost:" + port + "/a/b", "--file=rt")) {
            URI address = login.awaitAddress();
            login.await("the browser", () -> Files.exists(directory.resolve("opened")));
            assertThat(directory.resolve("opened")).hasContent(address.toString());
            assertThat(address.getQuery()).contains("redirect_uri=http://localhost:" + port + "/a/b");
            assertThat(open(address).statusCode()).isEqualTo(200);
            assertThat(login.awaitExit()).isZero();
        }
        assertThat(directory.resolve("rt")).hasContent(REFRESH_TOKEN);
    }

    /** Without a display, a code replaces the browser, because the server offers that. */
    @Test
    void aHostWithoutABrowserGetsACode() throws Exception {
        environment.put("DISPLAY", "");
        environment.put("WAYLAND_DISPLAY", "");
        try (LoginCommandRun login = start()) {
            login.awaitLog("Enter this code there: WDJB-MJHT");
            assertThat(login.awaitExit()).isZero();
        }
        assertThat(directory.resolve("refresh-token")).hasContent(REFRESH_TOKEN);
        assertThat(server.received("/token")).hasSize(2);
    }

    @Test
    void aRefusalEndsTheCommand() throws Exception {
        server.answer(Map.of("error", "access_denied"));

        try (LoginCommandRun login = start("--no-browser")) {
            assertThat(open(login.awaitAddress()).body()).contains("The login has failed");
            assertThat(login.awaitExit()).isEqualTo(1);
            assertThat(login.log())
                    .endsWith(
                            "token-sidecar: the authorization server granted no access (access_denied): log in again and"
                                    + " grant it, or ask whoever administers the client there\n");
        }
        assertThat(directory.resolve("refresh-token")).doesNotExist();
    }

    /** Nobody logs in for a client that the server would not accept. */
    @Test
    void aClientSecretThatCannotBeReadIsReportedBeforeTheLogin() throws Exception {
        Files.delete(directory.resolve("client-secret"));

        try (LoginCommandRun login = start("--no-browser")) {
            assertThat(login.awaitExit()).isEqualTo(1);
            assertThat(login.log())
                    .isEqualTo("token-sidecar: the client secret file " + directory.resolve("client-secret")
                            + " does not exist: mount the client secret there, or correct the path\n");
        }
        assertThat(server.received("/.well-known/openid-configuration")).isEmpty();
    }

    @Test
    void aServerThatCannotBeReachedIsReportedInOneLine() throws Exception {
        String address = "127.0.0.1:" + ChildProcess.freePort();
        environment.put("SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", "https://" + address);

        try (LoginCommandRun login = start("--no-browser")) {
            assertThat(login.awaitExit()).isEqualTo(1);
            assertThat(login.log())
                    .isEqualTo("token-sidecar: no connection to " + address + ": refused: check the address and that"
                            + " this host reaches it, or log in again later\n");
        }
    }

    @Test
    void aTokenThatNeedsNoPersonIsReported() throws Exception {
        environment.put("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");

        try (LoginCommandRun login = start("--no-browser")) {
            assertThat(login.awaitExit()).isEqualTo(1);
            assertThat(login.log()).contains("nobody logs in for the token default: sidecar.token.grant.type");
        }
    }

    @Test
    void invalidOptionsAreReported() throws Exception {
        Files.writeString(directory.resolve("refresh-token"), "old");
        for (String argument :
                new String[] {"--token=none", "--redirect-uri=https://example.com", "--authorization-parameter=state=x"
                }) {
            try (LoginCommandRun login = start(argument)) {
                assertThat(login.awaitExit()).as(argument).isEqualTo(2);
            }
        }
        assertThat(server.received("/authorize")).isEmpty();
    }
}

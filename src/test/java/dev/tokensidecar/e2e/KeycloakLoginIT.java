package dev.tokensidecar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.LoginCommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A user of a real Keycloak logs in at its page, and the sidecar has a session. */
@ExtendWith(SharedKeycloak.class)
class KeycloakLoginIT {

    private static final Pattern ENTRY =
            Pattern.compile("(?m)^  (issuer|client-id|client-secret|refresh-token): \"([^\"]*)\"$");

    private final LoginTestBed testBed;

    KeycloakLoginIT(KeycloakServer server, @TempDir Path directory) throws Exception {
        testBed = new LoginTestBed(server.issuer(), "sidecar-login", directory, "keycloak-login");
        testBed.setFile("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "client-secret", KeycloakClient.CLIENT_SECRET);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private void logInAtThePage(LoginCommandRun login, String password) throws Exception {
        testBed.browser().open(login.awaitAddress());
        enter(password);
    }

    private void enter(String password) throws Exception {
        testBed.fill("#username", KeycloakClient.USER);
        testBed.fill("#password", password);
        testBed.browser().click("#kc-login");
    }

    /** Keycloak offers pushed requests, and names its issuer in the response. */
    @Test
    void whoLogsInAtThePageHasASession() throws Exception {
        try (LoginCommandRun login = testBed.logIn("--no-browser")) {
            assertThat(login.awaitAddress().getQuery()).contains("request_uri=").doesNotContain("code_challenge");
            logInAtThePage(login, "wrong");
            testBed.browser().awaitText("body", "Invalid username or password");
            enter(KeycloakClient.USER);
            testBed.browser().awaitText("h1", "You are logged in");

            assertThat(login.awaitExit()).isZero();
            assertThat(login.log()).doesNotContain(Files.readString(testBed.file("refresh-token")));
        }
        testBed.assertTheSidecarRuns();
    }

    /** The container reads these keys: two as variables, two as files. */
    @Test
    void theManifestHasWhatTheContainerReads() throws Exception {
        try (LoginCommandRun login = testBed.logIn("--no-browser", "--output=secret", "--file=secret.yaml")) {
            logInAtThePage(login, KeycloakClient.USER);
            testBed.browser().awaitText("h1", "You are logged in");
            assertThat(login.awaitExit()).isZero();
        }

        Matcher entries = ENTRY.matcher(Files.readString(testBed.file("secret.yaml")));
        while (entries.find()) {
            String value = new String(Base64.getDecoder().decode(entries.group(2)), UTF_8);
            switch (entries.group(1)) {
                case "issuer" -> testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_ISSUER", value);
                case "client-id" -> testBed.set("SIDECAR_TOKEN_CLIENT_ID", value);
                case "client-secret" -> testBed.setFile("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "mounted-secret", value);
                case "refresh-token" ->
                    testBed.setFile("SIDECAR_TOKEN_STORE_REFRESH_TOKEN_FILE", "mounted-token", value);
                default -> throw new IllegalStateException(entries.group());
            }
        }
        assertThat(testBed.file("mounted-token")).exists();
        testBed.assertTheSidecarRuns();
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The grants that bring the first token, at a real Keycloak. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakGrantsIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", KeycloakClient.PUBLIC_CLIENT_ID);
    private static final String ASSERTION = "SIDECAR_TOKEN_GRANT_ASSERTION_FILE";
    private static final String SUBJECT_TOKEN = "SIDECAR_TOKEN_GRANT_SUBJECT_TOKEN_FILE";

    private final KeycloakServer server;
    private final KeycloakTestBed scene;

    KeycloakGrantsIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws Exception {
        this.server = server;
        scene = new KeycloakTestBed(server, directory, test);
        scene.renewOnEachReport();
    }

    @AfterEach
    void leave() {
        scene.close();
    }

    private void useSubjectToken() throws Exception {
        JsonObject user = scene.keycloak().logIn(PUBLIC, "openid");
        scene.setFile(SUBJECT_TOKEN, "subject-token", user.getString("access_token"));
    }

    private void useTokenExchange() throws Exception {
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "token_exchange");
        scene.set("SIDECAR_TOKEN_GRANT_SUBJECT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:access_token");
        scene.set("SIDECAR_TOKEN_GRANT_AUDIENCE", "target-api");
        useSubjectToken();
    }

    private void useDeviceCode() {
        scene.usePublicClient(KeycloakClient.PUBLIC_CLIENT_ID);
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "device_code");
        scene.set("SIDECAR_TOKEN_GRANT_SCOPE", "offline_access");
        scene.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT",
                server.uri()
                        .resolve("/realms/sidecar/protocol/openid-connect/auth/device")
                        .toString());
        scene.set("SIDECAR_TOKEN_STORE_FILE", scene.stored().toString());
    }

    @Test
    void subjectTokenIsExchangedAndAnExpiredOneIsReplacedWithoutARestart() throws Exception {
        useTokenExchange();
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject first = callers.token("/token");
            useSubjectToken();
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(KeycloakClient.audience(second)).contains("target-api");
            assertThat(scene.proxy().posted()).doesNotHaveDuplicates();
            Expectations.noCredentials(scene, sidecar);
        }
    }

    @Test
    void subjectTokenThatIsNoneIsAMatterOfConfiguration() throws Exception {
        useTokenExchange();
        scene.setFile(SUBJECT_TOKEN, "subject-token", "no-token");

        Expectations.misconfiguration(scene, "invalid_request");
    }

    /** Keycloak takes an assertion once, so whoever makes it has to renew the file, and the sidecar to read it. */
    @Test
    void assertionOfAnotherIssuerBringsATokenAndIsReadAnewEachTime() throws Exception {
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "jwt_bearer");
        scene.setFile(ASSERTION, "assertion", server.assertion());
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject first = callers.token("/token");
            scene.setFile(ASSERTION, "assertion", server.assertion());
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(scene.keycloak().isActive(second.getString("access_token")))
                    .isTrue();
            Expectations.misconfiguration(callers.ask(Callers.rejectedPath(second)), "Token reuse detected");
            Expectations.noCredentials(scene, sidecar);
        }
    }

    @Test
    void userApprovesTheDeviceAndTheSessionOutlivesARestart() throws Exception {
        useDeviceCode();
        JsonObject token;
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            sidecar.awaitStatus("a code", status -> status.getJsonObject("login") != null);
            JsonObject login = sidecar.status().getJsonObject("login");
            HttpResponse<String> before = callers.ask("/token");
            Callers.assertProblem(before, 410, "reauthentication_required", "reauthenticate");
            assertThat(before.body()).contains(login.getString("user_code"));
            sidecar.awaitLog("login required token=default open=" + login.getString("verification_uri"));

            KeycloakApproval.approve(URI.create(login.getString("verification_uri_complete")));
            sidecar.awaitStarted();
            token = callers.token("/token");
            assertThat(token.getString("scope")).contains("offline_access");
            assertThat(sidecar.status().getJsonObject("login")).isNull();
        }

        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            assertThat(callers.token("/token")).isNotEqualTo(token);
        }
    }

    @Test
    void passwordBringsASessionAndAnotherOneWhenThatHasEnded() throws Exception {
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "password");
        scene.set("SIDECAR_TOKEN_GRANT_USERNAME", KeycloakClient.USER);
        scene.setFile("SIDECAR_TOKEN_GRANT_PASSWORD_FILE", "password", KeycloakClient.USER);
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            sidecar.awaitLog("RFC 9700 section 2.4 forbids it");
            JsonObject first = callers.token("/token");
            scene.keycloak().logOut();
            JsonObject second = callers.tokenInsteadOf(first);

            assertThat(scene.keycloak().isActive(second.getString("access_token")))
                    .isTrue();
            assertThat(scene.proxy().posted())
                    .extracting(form -> form.contains("grant_type=password"))
                    .containsExactly(true, false, true);
        }
    }

    @Test
    void wrongPasswordIsTriedOnceAndThenSeldom() throws Exception {
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "password");
        scene.set("SIDECAR_TOKEN_GRANT_USERNAME", KeycloakClient.USER);
        scene.setFile("SIDECAR_TOKEN_GRANT_PASSWORD_FILE", "password", "wrong");
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            sidecar.awaitState("dead");

            Callers.assertProblem(callers.ask("/token"), 410, "reauthentication_required", "reauthenticate");
            assertThat(scene.proxy().posted()).hasSize(1);
        }
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The lifecycle of a session with a real Keycloak: rotation, restart, misconfiguration and end. */
@ExtendWith(SharedKeycloak.class)
class SessionIT {

    private final KeycloakTestBed testBed;

    SessionIT(KeycloakServer keycloak, @TempDir Path directory, TestInfo test) throws IOException {
        testBed = new KeycloakTestBed(keycloak, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void anOfflineTokenOfAPublicClientRotatesTenTimes() throws Exception {
        JsonObject session =
                testBed.keycloak().logIn(Map.of("client_id", KeycloakClient.PUBLIC_CLIENT_ID), "offline_access");
        testBed.useSession(session);
        assertThat(session.getInteger("refresh_expires_in")).isZero();
        testBed.usePublicClient(KeycloakClient.PUBLIC_CLIENT_ID);
        testBed.renewOnEachReport();
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            JsonObject last = callers.tokenAfterRenewals(10, callers.token("/token"));

            assertThat(testBed.keycloak().isActive(last.getString("access_token")))
                    .isTrue();
            assertThat(last.getString("scope")).contains("offline_access");
        }
    }

    @Test
    void clientCredentialsObtainATokenWithoutASession() throws Exception {
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            JsonObject token = callers.token("/token");

            assertThat(testBed.keycloak().isActive(token.getString("access_token")))
                    .isTrue();
            assertThat(callers.tokenInsteadOf(token).getLong("generation")).isEqualTo(token.getLong("generation") + 1);
        }
    }

    @Test
    void theSessionSurvivesARestartAndTheLogContainsNoSecret() throws Exception {
        JsonObject session = testBed.keycloak().logIn(KeycloakClient.confidential(), "openid");
        testBed.useSession(session);
        JsonObject first;
        String firstLog;
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            first = callers.token("/token");
            assertThat(sidecar.stop()).isZero();
            firstLog = sidecar.log();
        }

        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject second = callers.token("/token");

            assertThat(testBed.keycloak().isActive(second.getString("access_token")))
                    .isTrue();
            assertThat(firstLog + sidecar.log())
                    .doesNotContain(
                            session.getString("refresh_token"),
                            first.getString("access_token"),
                            second.getString("access_token"),
                            KeycloakClient.CLIENT_SECRET);
        }
    }

    @Test
    void aWrongClientSecretIsAConfigurationError() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "openid"));
        testBed.setFile("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "client-secret", "wrong");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();

            HttpResponse<String> response = callers.ask("/token");

            Callers.assertProblem(response, 500, "configuration", "fix-configuration");
            sidecar.awaitNotReady();
        }
    }

    @Test
    void anEndedSessionRequiresReauthentication() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "openid"));
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject token = callers.token("/token");
            testBed.keycloak().logOut();

            HttpResponse<String> response = callers.ask(Callers.rejectedPath(token));

            Callers.assertProblem(response, 410, "reauthentication_required", "reauthenticate");
        }
    }
}

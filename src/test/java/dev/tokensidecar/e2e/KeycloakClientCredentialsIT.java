package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The client_credentials grant with Keycloak, with a refresh token in the response. */
@ExtendWith(SharedKeycloak.class)
class KeycloakClientCredentialsIT {

    private final KeycloakTestBed testBed;

    KeycloakClientCredentialsIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        testBed = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void theRefreshTokenOfTheGrantIsUsedUntilItsSessionEnds() throws Exception {
        useClient();
        testBed.renewOnEachReport();
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject refreshed = callers.tokenAfterRenewals(1, callers.token("/token"));
            assertThat(testBed.proxy().posted().getLast()).contains("grant_type=refresh_token");
            testBed.keycloak().endSession(refreshed);

            JsonObject granted = callers.tokenInsteadOf(refreshed);

            assertThat(granted.getLong("generation")).isEqualTo(refreshed.getLong("generation") + 1);
            assertThat(testBed.proxy().posted().getLast()).contains("grant_type=client_credentials");
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    @Test
    void anUnknownScopeIsAConfigurationError() throws Exception {
        useClient();
        testBed.set("SIDECAR_TOKEN_GRANT_SCOPE", "no-such-scope");

        Expectations.misconfiguration(testBed, "invalid_scope");
    }

    @Test
    void aWrongSecretIsAConfigurationError() throws Exception {
        useClient();
        testBed.useClient("sidecar-cc-refresh", "another-secret");

        Expectations.misconfiguration(testBed, "unauthorized_client");
    }

    private void useClient() throws IOException {
        testBed.useClient("sidecar-cc-refresh", KeycloakClient.CLIENT_SECRET);
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
    }
}

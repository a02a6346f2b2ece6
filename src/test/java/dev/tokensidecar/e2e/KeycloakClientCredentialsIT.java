package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client of Keycloak on its own behalf, with a refresh token in the answer. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakClientCredentialsIT {

    private final KeycloakTestBed scene;

    KeycloakClientCredentialsIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        scene = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void leave() {
        scene.close();
    }

    @Test
    void refreshTokenThatCameWithTheGrantIsUsedUntilItsSessionEnds() throws Exception {
        useClient();
        scene.renewOnEachReport();
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject refreshed = callers.tokenAfterRenewals(1, callers.token("/token"));
            assertThat(scene.proxy().posted().getLast()).contains("grant_type=refresh_token");
            scene.keycloak().endSession(refreshed);

            JsonObject granted = callers.tokenInsteadOf(refreshed);

            assertThat(granted.getLong("generation")).isEqualTo(refreshed.getLong("generation") + 1);
            assertThat(scene.proxy().posted().getLast()).contains("grant_type=client_credentials");
            Expectations.noCredentials(scene, sidecar);
        }
    }

    @Test
    void scopeThatDoesNotExistIsAMatterOfConfiguration() throws Exception {
        useClient();
        scene.set("SIDECAR_TOKEN_GRANT_SCOPE", "no-such-scope");

        Expectations.misconfiguration(scene, "invalid_scope");
    }

    @Test
    void wrongSecretIsAMatterOfConfiguration() throws Exception {
        useClient();
        scene.useClient("sidecar-cc-refresh", "another-secret");

        Expectations.misconfiguration(scene, "unauthorized_client");
    }

    private void useClient() throws IOException {
        scene.useClient("sidecar-cc-refresh", KeycloakClient.CLIENT_SECRET);
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two tokens of one session, with a Keycloak that ends the session when a refresh token is used twice. */
@ExtendWith(SharedKeycloak.class)
class KeycloakSharedSessionIT {

    private final KeycloakTestBed testBed;

    KeycloakSharedSessionIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        testBed = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void theSessionSurvivesTwentyRoundsOfConcurrentRenewals() throws Exception {
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.confidential(), "openid address phone"));
        testBed.renewOnEachReport();
        testBed.addSecondToken();
        testBed.set(ServerTestBed.SECOND_TOKEN + "GRANT_SCOPE", "openid phone");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();

            List<JsonObject> tokens = callers.tokensAfterRenewals(20, List.of("/token", "/tokens/second"));

            assertThat(tokens.getFirst().getString("scope")).contains("address", "phone");
            assertThat(tokens.getLast().getString("scope")).contains("phone").doesNotContain("address");
            for (JsonObject token : tokens) {
                assertThat(testBed.keycloak().isActive(token.getString("access_token")))
                        .isTrue();
            }
        }
    }
}

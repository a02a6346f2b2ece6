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

/** A client of Keycloak that authenticates with the token of a Kubernetes service account. */
@ExtendWith(SharedKeycloak.class)
class KeycloakServiceAccountIT {

    private final KeycloakServer server;
    private final KeycloakTestBed testBed;

    KeycloakServiceAccountIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        this.server = server;
        testBed = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void aRenewedServiceAccountTokenIsSentWithoutARestart() throws Exception {
        String mounted = serviceAccount("sidecar");
        testBed.useSession(testBed.keycloak().logIn(KeycloakClient.assertion(mounted), "openid"));
        testBed.useAssertion(mounted);
        testBed.renewOnEachReport();
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject token = callers.token("/token");
            assertThat(testBed.posted()).contains(mounted);
            String renewed = serviceAccount("sidecar");
            testBed.useAssertion(renewed);
            int before = testBed.posted().size();

            var unused = callers.tokenAfterRenewals(2, token);

            assertThat(testBed.posted().subList(before, testBed.posted().size()))
                    .contains(renewed)
                    .doesNotContain(mounted);
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    @Test
    void anotherServiceAccountIsAConfigurationErrorUntilItsTokenIsReplaced() throws Exception {
        testBed.useAssertion(serviceAccount("another"));
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "1s");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            Expectations.misconfiguration(callers.ask("/token"), "invalid_client");

            testBed.useAssertion(serviceAccount("sidecar"));

            sidecar.awaitStarted();
            assertThat(callers.token("/token").getLong("generation")).isEqualTo(1);
            Expectations.noCredentials(testBed, sidecar);
        }
    }

    private String serviceAccount(String name) {
        return server.serviceAccounts().token("default", name, server.issuer());
    }
}

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

/** A client of Keycloak that is a Kubernetes service account: its token is all that it shows. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakServiceAccountIT {

    private final KeycloakServer server;
    private final KeycloakTestBed scene;

    KeycloakServiceAccountIT(KeycloakServer server, @TempDir Path directory, TestInfo test) throws IOException {
        this.server = server;
        scene = new KeycloakTestBed(server, directory, test);
    }

    @AfterEach
    void leave() {
        scene.close();
    }

    @Test
    void renewedTokenOfTheServiceAccountIsShownWithoutARestart() throws Exception {
        String mounted = serviceAccount("sidecar");
        scene.useSession(scene.keycloak().logIn(KeycloakClient.assertion(mounted), "openid"));
        scene.useAssertion(mounted);
        scene.renewOnEachReport();
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitStarted();
            JsonObject token = callers.token("/token");
            assertThat(scene.posted()).contains(mounted);
            String renewed = serviceAccount("sidecar");
            scene.useAssertion(renewed);
            int before = scene.posted().size();

            var unused = callers.tokenAfterRenewals(2, token);

            assertThat(scene.posted().subList(before, scene.posted().size()))
                    .contains(renewed)
                    .doesNotContain(mounted);
            Expectations.noCredentials(scene, sidecar);
        }
    }

    @Test
    void anotherServiceAccountIsAMatterOfConfigurationUntilItsTokenIsReplaced() throws Exception {
        scene.useAssertion(serviceAccount("another"));
        scene.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "1s");
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            Expectations.misconfiguration(callers.ask("/token"), "invalid_client");

            scene.useAssertion(serviceAccount("sidecar"));

            sidecar.awaitStarted();
            assertThat(callers.token("/token").getLong("generation")).isEqualTo(1);
            Expectations.noCredentials(scene, sidecar);
        }
    }

    private String serviceAccount(String name) {
        return server.serviceAccounts().token("default", name, server.issuer());
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A device that somebody approves, or does not, at a server that names no interval. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderDeviceIT {

    private final Scene scene;
    private final OidcProviderClient client;

    OidcProviderDeviceIT(OidcProviderServer server, @TempDir Path directory, TestInfo test) {
        scene = new Scene(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test);
        client = new OidcProviderClient(server.uri());
        scene.usePublicClient("none");
        scene.set("SIDECAR_TOKEN_GRANT_TYPE", "device_code");
        scene.set("SIDECAR_TOKEN_GRANT_SCOPE", "openid offline_access");
        scene.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT",
                server.uri().resolve("/device/auth").toString());
        scene.set("SIDECAR_TOKEN_STORE_FILE", scene.stored().toString());
    }

    @AfterEach
    void leave() {
        client.close();
        scene.close();
    }

    private static String userCode(SidecarProcess sidecar) throws InterruptedException {
        sidecar.awaitStatus("a code", status -> status.getJsonObject("login") != null);
        return sidecar.status().getJsonObject("login").getString("user_code");
    }

    @Test
    void approvalBringsATokenThatIsRenewedFromThenOn() throws Exception {
        scene.renewOnEachReport();
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            client.approve(userCode(sidecar));
            sidecar.awaitStarted();

            JsonObject first = callers.token("/token");
            JsonObject later = callers.tokenAfterRenewals(3, first);

            assertThat(later.getLong("generation")).isGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void whoeverSaysNoIsAskedAgainLaterWithAnotherCode() throws Exception {
        scene.set("SIDECAR_TOKEN_REFRESH_PROBE_INTERVAL", "1s");
        try (SidecarProcess sidecar = scene.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            String refused = userCode(sidecar);
            client.deny(refused);
            sidecar.awaitLog("the user declined the request");
            sidecar.awaitStatus(
                    "another code",
                    status -> status.getJsonObject("login") != null
                            && !status.getJsonObject("login")
                                    .getString("user_code")
                                    .equals(refused));
            client.approve(userCode(sidecar));
            sidecar.awaitStarted();

            assertThat(callers.token("/token").getLong("generation")).isEqualTo(1);
        }
    }
}

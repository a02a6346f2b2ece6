package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The device grant, approved and denied, with a server that names no interval. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderDeviceIT {

    private final ServerTestBed testBed;
    private final OidcProviderClient client;

    OidcProviderDeviceIT(OidcProviderServer server, @TempDir Path directory, TestInfo test) {
        testBed = new ServerTestBed(server.uri(), OidcProviderClient.TOKEN_ENDPOINT, directory, test);
        client = new OidcProviderClient(server.uri());
        testBed.usePublicClient("none");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "device_code");
        testBed.set("SIDECAR_TOKEN_GRANT_SCOPE", "openid offline_access");
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_DEVICE_AUTHORIZATION_ENDPOINT",
                server.uri().resolve("/device/auth").toString());
        testBed.set("SIDECAR_TOKEN_STORE_FILE", testBed.storeFile().toString());
    }

    @AfterEach
    void close() {
        client.close();
        testBed.close();
    }

    private static String userCode(SidecarProcess sidecar) throws InterruptedException {
        sidecar.awaitStatus("a code", status -> status.getJsonObject("login") != null);
        return sidecar.status().getJsonObject("login").getString("user_code");
    }

    @Test
    void anApprovedDeviceGetsATokenThatIsRenewed() throws Exception {
        testBed.renewOnEachReport();
        try (SidecarProcess sidecar = testBed.start();
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
    void aDeniedDeviceGetsAnotherCodeLater() throws Exception {
        testBed.set("SIDECAR_TOKEN_REFRESH_PROBE_INTERVAL", "1s");
        try (SidecarProcess sidecar = testBed.start();
                Callers callers = new Callers(sidecar)) {
            sidecar.awaitLive();
            String denied = userCode(sidecar);
            client.deny(denied);
            sidecar.awaitLog("the user declined the request");
            sidecar.awaitStatus(
                    "another code",
                    status -> status.getJsonObject("login") != null
                            && !status.getJsonObject("login")
                                    .getString("user_code")
                                    .equals(denied));
            client.approve(userCode(sidecar));
            sidecar.awaitStarted();

            assertThat(callers.token("/token").getLong("generation")).isEqualTo(1);
        }
    }
}

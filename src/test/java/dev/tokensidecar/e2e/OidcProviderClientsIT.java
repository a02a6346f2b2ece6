package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Checks, without a sidecar, the behaviour of the server that the other tests rely on: strict rotation and the device grant.
 */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderClientsIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", "none");

    private final OidcProviderClient client;

    OidcProviderClientsIT(OidcProviderServer server) {
        client = new OidcProviderClient(server.uri());
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void aReusedRefreshTokenEndsItsSession() throws Exception {
        String session = client.newSession("none");
        String current = client.token(PUBLIC, refresh(session)).getString("refresh_token");

        assertThatThrownBy(() -> client.token(PUBLIC, refresh(session))).hasMessageContaining("invalid_grant");

        assertThatThrownBy(() -> client.token(PUBLIC, refresh(current))).hasMessageContaining("invalid_grant");
    }

    @Test
    void anApprovedDeviceGetsASession() throws Exception {
        JsonObject device = client.authorizeDevice(PUBLIC);
        assertThatThrownBy(() -> client.token(PUBLIC, poll(device))).hasMessageContaining("authorization_pending");

        client.approve(device.getString("user_code"));

        assertThat(client.token(PUBLIC, poll(device)).getString("refresh_token"))
                .isNotEmpty();
    }

    @Test
    void aDeniedDeviceGetsNothing() throws Exception {
        JsonObject device = client.authorizeDevice(PUBLIC);

        client.deny(device.getString("user_code"));

        assertThatThrownBy(() -> client.token(PUBLIC, poll(device))).hasMessageContaining("access_denied");
    }

    private static Map<String, String> refresh(String refreshToken) {
        return Map.of("grant_type", "refresh_token", "refresh_token", refreshToken);
    }

    private static Map<String, String> poll(JsonObject device) {
        return Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "device_code",
                device.getString("device_code"));
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The realm does what the other tests rely on: grants that people take part in, without a sidecar. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakClientsIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", KeycloakClient.PUBLIC_CLIENT_ID);

    private final KeycloakClient client;

    KeycloakClientsIT(KeycloakServer server) {
        client = new KeycloakClient(server.uri());
    }

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void tokenOfAUserIsExchangedForOneForTheApi() throws Exception {
        JsonObject user = client.logIn(PUBLIC, "openid");

        JsonObject exchanged = client.token(
                KeycloakClient.confidential(),
                Map.of(
                        "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token", user.getString("access_token"),
                        "subject_token_type", "urn:ietf:params:oauth:token-type:access_token",
                        "audience", "target-api"));

        assertThat(exchanged.getString("issued_token_type")).isEqualTo("urn:ietf:params:oauth:token-type:access_token");
    }

    @Test
    void deviceThatAUserApprovesGetsAnOfflineToken() throws Exception {
        JsonObject device = client.authorizeDevice(PUBLIC, "offline_access");

        KeycloakApproval.approve(URI.create(device.getString("verification_uri_complete")));
        JsonObject session = client.token(
                PUBLIC,
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "device_code",
                        device.getString("device_code")));

        assertThat(session.getInteger("refresh_expires_in")).isZero();
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server does what the other tests rely on: each kind of client gets its tokens there without a sidecar. */
@ExtendWith(OidcProviderServer.Shared.class)
class OidcProviderClientsIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", "none");

    private final OidcProviderServer server;
    private final OidcProviderClient client;

    OidcProviderClientsIT(OidcProviderServer server) {
        this.server = server;
        client = new OidcProviderClient(server.uri());
    }

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void clientWithAKeyRefreshesWithANewAssertion() throws Exception {
        JsonObject first = client.token(signed(), refresh(client.newSession("private_key_jwt")));

        JsonObject second = client.token(signed(), refresh(first.getString("refresh_token")));

        assertThat(second.getString("refresh_token")).isNotEqualTo(first.getString("refresh_token"));
    }

    @Test
    void reusedRefreshTokenEndsItsSession() throws Exception {
        String session = client.newSession("none");
        String current = client.token(PUBLIC, refresh(session)).getString("refresh_token");

        assertThatThrownBy(() -> client.token(PUBLIC, refresh(session))).hasMessageContaining("invalid_grant");

        assertThatThrownBy(() -> client.token(PUBLIC, refresh(current))).hasMessageContaining("invalid_grant");
    }

    @Test
    void sessionGivesATokenForEachResource() throws Exception {
        JsonObject orders = client.token(
                PUBLIC, FormClient.with(refresh(client.newSession("none")), Map.of("resource", "urn:orders")));
        JsonObject invoices = client.token(
                PUBLIC,
                FormClient.with(refresh(orders.getString("refresh_token")), Map.of("resource", "urn:invoices")));

        assertThat(audience(orders)).isEqualTo("urn:orders");
        assertThat(audience(invoices)).isEqualTo("urn:invoices");
    }

    @Test
    void deviceGetsASessionWhenTheUserApproves() throws Exception {
        JsonObject device = client.authorizeDevice(PUBLIC);
        assertThatThrownBy(() -> client.token(PUBLIC, poll(device))).hasMessageContaining("authorization_pending");

        client.approve(device.getString("user_code"));

        assertThat(client.token(PUBLIC, poll(device)).getString("refresh_token"))
                .isNotEmpty();
    }

    @Test
    void deviceGetsNothingWhenTheUserDenies() throws Exception {
        JsonObject device = client.authorizeDevice(PUBLIC);

        client.deny(device.getString("user_code"));

        assertThatThrownBy(() -> client.token(PUBLIC, poll(device))).hasMessageContaining("access_denied");
    }

    private Map<String, String> signed() {
        return Map.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                server.clientKey()
                        .sign("private_key_jwt", "private_key_jwt", server.uri().toString()));
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

    private static String audience(JsonObject token) {
        byte[] claims =
                Base64.getUrlDecoder().decode(token.getString("access_token").split("\\.", -1)[1]);
        return new JsonObject(new String(claims, StandardCharsets.UTF_8)).getString("aud");
    }
}

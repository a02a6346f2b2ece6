package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The realm does what the other tests rely on: each kind of client gets its tokens there without a sidecar. */
@ExtendWith(KeycloakServer.Shared.class)
class KeycloakClientsIT {

    private static final Map<String, String> PUBLIC = Map.of("client_id", KeycloakClient.PUBLIC_CLIENT_ID);

    private final KeycloakServer server;
    private final KeycloakClient client;

    KeycloakClientsIT(KeycloakServer server) {
        this.server = server;
        client = new KeycloakClient(server.uri());
    }

    @AfterEach
    void leave() {
        client.close();
    }

    @Test
    void clientWithAKeyRefreshesWithANewAssertion() throws Exception {
        JsonObject session = client.logIn(signed(), "openid");

        JsonObject refreshed = client.token(signed(), refresh(session));

        assertThat(refreshed.getString("refresh_token")).isNotEqualTo(session.getString("refresh_token"));
    }

    @Test
    void serviceAccountIsAClientAndMayUseItsTokenAgain() throws Exception {
        Map<String, String> serviceAccount =
                assertion(server.serviceAccounts().token("default", "sidecar", server.issuer()));
        JsonObject session = client.logIn(serviceAccount, "openid");

        JsonObject refreshed = client.token(serviceAccount, refresh(session));

        assertThat(refreshed.getString("refresh_token")).isNotEqualTo(session.getString("refresh_token"));
    }

    @Test
    void clientCredentialsCanComeWithARefreshToken() throws Exception {
        Map<String, String> credentials =
                Map.of("client_id", "sidecar-cc-refresh", "client_secret", KeycloakClient.CLIENT_SECRET);
        JsonObject session = client.token(credentials, Map.of("grant_type", "client_credentials"));

        JsonObject refreshed = client.token(credentials, refresh(session));

        assertThat(refreshed.getString("access_token")).isNotEqualTo(session.getString("access_token"));
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

    private Map<String, String> signed() {
        return assertion(server.clientKey().sign("sidecar-jwt", "sidecar-jwt", server.issuer()));
    }

    private static Map<String, String> assertion(String jwt) {
        return Map.of(
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                jwt);
    }

    private static Map<String, String> refresh(JsonObject session) {
        return Map.of("grant_type", "refresh_token", "refresh_token", session.getString("refresh_token"));
    }
}

package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.keycloak.KeycloakClient;
import dev.tokensidecar.testing.keycloak.KeycloakServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.TestInfo;

/** A test bed with Keycloak and its confidential client. */
final class KeycloakTestBed extends ServerTestBed {

    private final KeycloakClient keycloak;

    KeycloakTestBed(KeycloakServer server, Path directory, TestInfo test) throws IOException {
        super(server.uri(), KeycloakClient.TOKEN_ENDPOINT, directory, test);
        keycloak = new KeycloakClient(server.uri());
        useClient(KeycloakClient.CLIENT_ID, KeycloakClient.CLIENT_SECRET);
    }

    /** Configures the refresh token of this session. */
    void useSession(JsonObject session) throws IOException {
        useRefreshToken(session.getString("refresh_token"));
    }

    KeycloakClient keycloak() {
        return keycloak;
    }

    @Override
    public void close() {
        keycloak.close();
        super.close();
    }
}

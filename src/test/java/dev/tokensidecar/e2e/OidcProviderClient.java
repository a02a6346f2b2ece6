package dev.tokensidecar.e2e;

import dev.tokensidecar.testing.http.FormClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** A plain HTTP client of oidc-provider, and the user who approves a device there. */
final class OidcProviderClient implements AutoCloseable {

    static final String TOKEN_ENDPOINT = "/token";
    static final String CLIENT_SECRET = "s3cret";

    private final FormClient http;

    OidcProviderClient(URI base) {
        http = new FormClient(base);
    }

    /** Opens a session of the user with this client and returns its refresh token. */
    String newSession(String clientId) throws IOException, InterruptedException {
        return http.json(session(clientId), Map.of()).getString("refresh_token");
    }

    /** Returns the path that opens a session of the user with this client. */
    static String session(String clientId) {
        return "/test/session?client_id=" + clientId;
    }

    /** Logs a user in and returns the access token, which is opaque. */
    String logIn(String user, String clientId) throws IOException, InterruptedException {
        return http.json("/test/login?client_id=" + clientId + "&user=" + user, Map.of())
                .getString("access_token");
    }

    /** Requests a token for a grant. */
    JsonObject token(Map<String, String> clientCredentials, Map<String, String> grant)
            throws IOException, InterruptedException {
        return http.json(TOKEN_ENDPOINT, FormClient.with(clientCredentials, grant));
    }

    /** Requests a device code (RFC 8628, section 3.2). */
    JsonObject authorizeDevice(Map<String, String> clientCredentials) throws IOException, InterruptedException {
        return http.json("/device/auth", FormClient.with(clientCredentials, Map.of("scope", "openid offline_access")));
    }

    /** Approves a device. */
    void approve(String userCode) throws IOException, InterruptedException {
        decide(userCode, true);
    }

    /** Denies a device. */
    void deny(String userCode) throws IOException, InterruptedException {
        decide(userCode, false);
    }

    @Override
    public void close() {
        http.close();
    }

    private void decide(String userCode, boolean approved) throws IOException, InterruptedException {
        var unused = http.json("/test/device?approved=" + approved + "&user_code=" + userCode, Map.of());
    }
}

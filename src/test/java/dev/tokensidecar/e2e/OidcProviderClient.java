package dev.tokensidecar.e2e;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** What a bare HTTP client does at oidc-provider, and the user who approves a device there. */
final class OidcProviderClient implements AutoCloseable {

    static final String TOKEN_ENDPOINT = "/token";
    static final String CLIENT_SECRET = "s3cret";

    private final FormClient http;

    OidcProviderClient(URI base) {
        http = new FormClient(base);
    }

    /** The refresh token of a new session of the user with this client. */
    String newSession(String clientId) throws IOException, InterruptedException {
        return http.json(session(clientId), Map.of()).getString("refresh_token");
    }

    /** The path that opens a session of the user with this client. */
    static String session(String clientId) {
        return "/test/session?client_id=" + clientId;
    }

    /** What the token endpoint gives a client for a grant. */
    JsonObject token(Map<String, String> clientCredentials, Map<String, String> grant)
            throws IOException, InterruptedException {
        return http.json(TOKEN_ENDPOINT, FormClient.with(clientCredentials, grant));
    }

    /** What a device gets that wants to be approved by a user (RFC 8628, section 3.2). */
    JsonObject authorizeDevice(Map<String, String> clientCredentials) throws IOException, InterruptedException {
        return http.json("/device/auth", FormClient.with(clientCredentials, Map.of("scope", "openid offline_access")));
    }

    /** The user approves a device. */
    void approve(String userCode) throws IOException, InterruptedException {
        decide(userCode, true);
    }

    /** The user does not approve a device. */
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

package dev.tokensidecar.demo;

import io.vertx.core.json.JsonObject;
import java.util.Map;

/** An error response of the token endpoint (RFC 6749 section 5.2). */
final class TokenError extends Exception {

    private final int status;
    private final String error;
    private final String description;
    private final Map<String, String> headers;

    private TokenError(int status, String error, String description, Map<String, String> headers) {
        super(error, null, false, false);
        this.status = status;
        this.error = error;
        this.description = description;
        this.headers = headers;
    }

    /** Creates an error with status 400. */
    static TokenError of(String error, String description) {
        return new TokenError(400, error, description, Map.of());
    }

    static TokenError invalidRequest(String description) {
        return of("invalid_request", description);
    }

    /** Client authentication failed. A client that used Basic gets a Basic challenge. */
    static TokenError invalidClient(boolean basic) {
        Map<String, String> challenge = basic ? Map.of("WWW-Authenticate", "Basic realm=\"demo\"") : Map.of();
        return new TokenError(401, "invalid_client", "client authentication failed", challenge);
    }

    TokenReply reply() {
        return new TokenReply(
                status, headers, new JsonObject().put("error", error).put("error_description", description));
    }
}

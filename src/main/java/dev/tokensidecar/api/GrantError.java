package dev.tokensidecar.api;

/** A token request that an authorization server would refuse as well (RFC 6749 section 5.2). */
final class GrantError extends RuntimeException {

    private final String code;

    private GrantError(String code, String description) {
        super(description, null, false, false);
        this.code = code;
    }

    static GrantError invalidRequest(String description) {
        return new GrantError("invalid_request", description);
    }

    static GrantError unsupportedGrantType() {
        return new GrantError(
                "unsupported_grant_type",
                "the sidecar hands out the token it has, whatever it got it by: ask with grant_type=client_credentials");
    }

    static GrantError invalidScope() {
        return new GrantError(
                "invalid_scope", "no token of the sidecar has this scope: leave it out, or have it configured");
    }

    GrantRefusal body() {
        return new GrantRefusal(code, String.valueOf(getMessage()));
    }
}

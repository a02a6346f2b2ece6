package dev.tokensidecar.api;

import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.TokenErrorBody;
import org.jspecify.annotations.Nullable;

/** A token request that any authorization server would reject (RFC 6749 section 5.2). */
final class TokenRequestError extends RuntimeException {

    private final String code;
    private final @Nullable String action;

    private TokenRequestError(String code, String description) {
        this(code, description, null);
    }

    private TokenRequestError(String code, String description, @Nullable String action) {
        super(description, null, false, false);
        this.code = code;
        this.action = action;
    }

    static TokenRequestError invalidRequest(String description) {
        return new TokenRequestError("invalid_request", description);
    }

    static TokenRequestError unsupportedGrantType() {
        return unsupportedGrantType(
                "the sidecar serves its token whatever grant it used itself: send grant_type=client_credentials");
    }

    static TokenRequestError unsupportedGrantType(String description) {
        return new TokenRequestError("unsupported_grant_type", description);
    }

    /**
     * The authorization server has rejected what the caller sent.
     *
     * @param code its code
     * @param description what it says
     * @param credential whether it rejects the user's credential itself
     */
    static TokenRequestError rejected(String code, String description, boolean credential) {
        return new TokenRequestError(code, description, credential ? ProblemKind.USER_TOKEN_REJECTED.action : null);
    }

    static TokenRequestError invalidScope() {
        return new TokenRequestError(
                "invalid_scope", "no token of the sidecar covers this scope: leave it out, or have it configured");
    }

    static TokenRequestError blankScope() {
        return new TokenRequestError("invalid_scope", "the scope is blank: name one, or leave the field out");
    }

    static TokenRequestError invalidScopeOfCaller() {
        return new TokenRequestError(
                "invalid_scope",
                "the scope is more than what is configured: ask for less, or have it configured as grant.scope");
    }

    static TokenRequestError noScopeForCaller() {
        return new TokenRequestError(
                "invalid_scope",
                "no scope is configured: leave the field out, or have the scopes configured as grant.scope");
    }

    /** RFC 8707 section 2. */
    static TokenRequestError invalidTarget() {
        return new TokenRequestError(
                "invalid_target",
                "no token of the sidecar is for this audience or resource: leave it out, or have it configured as"
                        + " grant.audience or grant.resource");
    }

    TokenErrorBody body() {
        return new TokenErrorBody(code, String.valueOf(getMessage()), action);
    }
}

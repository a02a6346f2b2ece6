package dev.tokensidecar.ingress;

import dev.tokensidecar.token.TokenException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The errors of the HTTP interface. Each is one row of the table in {@code docs/http-api.md}. */
public enum ProblemKind {
    TEMPORARILY_UNAVAILABLE(503, true, "retry", "No token can be obtained at the moment"),
    DEADLINE_EXCEEDED(504, true, "retry", "The wait for a token timed out"),
    TOO_MANY_WAITERS(503, true, "retry", "Too many callers wait for a token"),
    INVALID_RESPONSE(502, true, "retry", "The authorization server's response is not a token response"),
    REJECTED_AGAIN(429, true, "retry", "The token was just refreshed because of a rejection"),
    CONFIGURATION(
            500, false, "fix-configuration", "The configuration does not fit the authorization server or the API"),
    REAUTHENTICATION_REQUIRED(410, false, "reauthenticate", "A new login is required"),
    SENDER_CONSTRAINED(403, false, "fix-request", "The token works through forwarding only"),
    INVALID_REQUEST(400, false, "fix-request", "The request is malformed"),
    FORBIDDEN(403, false, "fix-request", "The request is not from a local application"),
    UNKNOWN_TOKEN(404, false, "fix-request", "No token has this name"),
    NOT_FOUND(404, false, "fix-request", "Nothing is served at this path"),
    METHOD_NOT_ALLOWED(405, false, "fix-request", "The path does not support this method"),
    NOT_ACCEPTABLE(406, false, "fix-request", "None of the accepted media types is available"),
    UNSUPPORTED_MEDIA_TYPE(415, false, "fix-request", "The media type of the request body is not supported"),
    USER_TOKEN_REQUIRED(401, false, "fix-request", "The request has no token of a user"),
    USER_TOKEN_REJECTED(401, false, "reauthenticate", "The authorization server rejects the token of the user"),
    USER_NOT_AUTHORIZED(403, false, "fix-request", "The user may not get such a token"),
    UNKNOWN_FORWARD(404, false, "fix-request", "No route has this path"),
    REQUEST_TIMEOUT(408, true, "retry", "The request did not arrive in time"),
    TOO_MANY_REQUESTS(503, true, "retry", "Too many requests are in flight"),
    TARGET_UNAVAILABLE(502, true, "retry", "The API is unavailable"),
    TARGET_TIMEOUT(504, true, "retry", "The API did not respond in time"),
    INTERNAL_ERROR(500, true, "retry", "The sidecar failed unexpectedly");

    public final int status;
    public final boolean retryable;
    public final String action;
    public final String title;

    ProblemKind(int status, boolean retryable, String action, String title) {
        this.status = status;
        this.retryable = retryable;
        this.action = action;
        this.title = title;
    }

    /** The word for programs in the body. */
    public String error() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the value of {@code WWW-Authenticate} (RFC 6750 section 3); null for none. */
    @Nullable String challenge() {
        return switch (this) {
            case USER_TOKEN_REQUIRED -> "Bearer";
            case USER_TOKEN_REJECTED -> "Bearer error=\"invalid_token\"";
            default -> null;
        };
    }

    static ProblemKind of(TokenException why) {
        return valueOf(why.code().toUpperCase(Locale.ROOT));
    }

    /** The problem for a request that the HTTP framework rejects itself, by the status that it chose. */
    public static ProblemKind ofStatus(int status) {
        return switch (status) {
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            default -> status >= 500 ? INTERNAL_ERROR : INVALID_REQUEST;
        };
    }
}

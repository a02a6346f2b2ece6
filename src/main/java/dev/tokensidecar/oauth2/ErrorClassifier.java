package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an error response means for the refresh token and for the next attempt. Considers status and error code
 * together, because servers agree on neither: Auth0 sends {@code invalid_grant} with 403, GitHub
 * {@code bad_refresh_token} with 200.
 */
final class ErrorClassifier {

    /** Can mean nothing but a rejected refresh token, wherever in a response it is: RFC 6749, GitHub, Slack. */
    private static final Set<String> REJECTED_GRANT =
            Set.of("invalid_grant", "bad_refresh_token", "invalid_refresh_token");

    /** In the place of an error code, these mean the same, and that the user has to log in again: Slack, Entra, Google. */
    private static final Set<String> SESSION_ENDED = Set.of(
            "token_expired",
            "token_revoked",
            "account_inactive",
            "expired_token",
            "interaction_required",
            "consent_required",
            "admin_policy_enforced");

    /**
     * Client authentication failed, so the server has not used the refresh token: RFC 6749, GitHub, Slack, Auth0 (in
     * other grants, its {@code access_denied} means that the user declined), and a 401 without an error code.
     */
    private static final Set<String> CLIENT_AUTHENTICATION_FAILED = Set.of(
            "invalid_client",
            "unauthorized_client",
            "incorrect_client_credentials",
            "bad_client_secret",
            "access_denied",
            httpError(401));

    /** RFC 8628, and Slack, which sends with 200 what other servers express by 429 or 5xx. */
    private static final Set<String> THROTTLED = Set.of("slow_down", "ratelimited");

    /** The server has not acted on the request: RFC 6749 section 4.1.2.1, Slack. */
    private static final Set<String> NOT_PROCESSED = Set.of("temporarily_unavailable", "service_unavailable");

    /** The server may have acted on the request: RFC 6749 section 4.1.2.1, Slack. */
    private static final Set<String> IN_DOUBT = Set.of("server_error", "internal_error", "fatal_error");

    /** The codes that {@link DeviceAuthorization} looks for, besides those above. */
    private static final Set<String> POLLING = Set.of("authorization_pending", "authorization_declined");

    /** The request is wrong, not the client: RFC 6749 section 5.2, RFC 8707 section 2. */
    private static final Set<String> WRONG_REQUEST =
            Set.of("invalid_request", "invalid_scope", "invalid_target", "unsupported_grant_type");

    /**
     * The user has to act, or the presented token is of no use: RFC 6750 section 3.1, RFC 8693 section 2.2.2, OpenID Connect
     * Core section 3.1.2.6, Auth0. Some servers send these with 401, which does not mean that client authentication failed.
     */
    private static final Set<String> REJECTED_USER =
            Set.of("invalid_token", "unsupported_token_type", "login_required", "mfa_required");

    /** The server wants the request again, with a nonce in the proof (RFC 9449 section 8). */
    static final String USE_DPOP_NONCE = "use_dpop_nonce";

    /** The proof is wrong or missing, not the client: RFC 9449 sections 5 and 8. */
    private static final Set<String> REJECTED_PROOF = Set.of("invalid_dpop_proof", USE_DPOP_NONCE);

    private static final Set<String> KNOWN = Stream.of(
                    REJECTED_GRANT,
                    SESSION_ENDED,
                    CLIENT_AUTHENTICATION_FAILED,
                    THROTTLED,
                    NOT_PROCESSED,
                    IN_DOUBT,
                    POLLING,
                    WRONG_REQUEST,
                    REJECTED_USER,
                    REJECTED_PROOF)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    /** Ends the message about a redirect. */
    static final String REDIRECTED =
            "; the sidecar does not follow redirects with credentials: configure the URL it points to";

    /** Ends the message about a proof. */
    private static final String PROOF =
            "; the server rejects the DPoP proof or misses one: check client.dpop.enabled, that"
                    + " the clocks of this host and of the server agree, and client.dpop.algorithm";

    private ErrorClassifier() {}

    /**
     * Returns the fields of a successful response.
     *
     * @param dialect how this server reports errors
     * @return null if the body is neither a JSON object nor a form
     * @throws RefreshFailure for an error response; some servers send it with status 200
     */
    static @Nullable ResponseFields requireSuccess(
            InboundResponse response, Redactor redactor, ErrorDialect dialect, Instant now) {
        ResponseFields fields = ResponseFields.read(response.body());
        if (!response.success()) {
            OAuthError error = OAuthError.ofFailure(response, fields, dialect, redactor);
            throw classify(response, error, dialect.deadErrors(), now);
        }
        // A success may have a status or a message of its own, which is no error.
        OAuthError error = fields == null ? OAuthError.NONE : OAuthError.in(fields, redactor);
        if (error.present()) {
            throw classify(response, error, dialect.deadErrors(), now);
        }
        return fields;
    }

    private static RefreshFailure classify(
            InboundResponse response, OAuthError error, Set<String> deadErrors, Instant now) {
        int status = response.status();
        String name = name(status, error.code());
        String message = "the authorization server answered " + status + error.suffix();
        Duration retryAfter = HttpDates.retryAfter(response, now);
        if (status == 429 || THROTTLED.contains(name)) {
            return new Unavailable(name, message, false, true, retryAfter);
        }
        boolean dead = error.isOneOf(deadErrors) || (error.isSilent() && deadErrors.contains(name));
        boolean invalidToken = (REJECTED_GRANT.contains(name) || SESSION_ENDED.contains(name))
                && (response.success() || status == 400 || status == 401 || status == 403);
        if (invalidToken || (dead && status < 500)) {
            return new InvalidGrant(name, message);
        }
        if (error.saysTooManyRequests()) {
            return new Unavailable(name, message, inDoubt(status, retryAfter), true, retryAfter);
        }
        if (NOT_PROCESSED.contains(name) || notProcessed(status, retryAfter)) {
            return new Unavailable(name, message, false, false, retryAfter);
        }
        if (inDoubt(status, retryAfter) || IN_DOUBT.contains(name)) {
            return new Unavailable(name, message, true, false, retryAfter);
        }
        String hint = REJECTED_PROOF.contains(name) ? PROOF : hint(status, error);
        return hint.isEmpty() ? new Misconfigured(name, message) : Misconfigured.explained(name, message + hint);
    }

    /** A code that nobody knows says no more than a 401 itself: client authentication failed. */
    private static String name(int status, @Nullable String code) {
        return code == null || (status == 401 && !isKnown(code)) ? httpError(status) : code;
    }

    /** Whether this error code can mean nothing but a rejected refresh token. */
    static boolean namesRefreshToken(String code) {
        return REJECTED_GRANT.contains(code);
    }

    /** Whether the sidecar treats this error code in a way of its own. */
    static boolean isKnown(String code) {
        return KNOWN.contains(code);
    }

    /** Whether client authentication failed, so that another secret could help. */
    static boolean isClientAuthenticationFailure(Throwable failure) {
        return failure instanceof Misconfigured misconfigured
                && CLIENT_AUTHENTICATION_FAILED.contains(misconfigured.error());
    }

    /** Whether a server with this response may have acted on the request. */
    static boolean inDoubt(int status, @Nullable Duration retryAfter) {
        return (status >= 500 || status == 408) && !notProcessed(status, retryAfter);
    }

    /** A server that says when to retry knows that it has not processed the request. */
    private static boolean notProcessed(int status, @Nullable Duration retryAfter) {
        return status == 503 && retryAfter != null;
    }

    static boolean isRedirect(int status) {
        return status >= 300 && status < 400;
    }

    /** Returns the sidecar's error code for a response that has none. */
    static String httpError(int status) {
        return "http_" + status;
    }

    /**
     * Says what to check. A 400, 401 or 403 without an error code does not mean an invalid refresh token, although
     * Glewlwyd sends an empty 400 for that: proxies and firewalls respond like this too, and must not force a login.
     */
    private static String hint(int status, OAuthError error) {
        if (isRedirect(status)) {
            return REDIRECTED;
        }
        if (status == 404 || status == 405) {
            return "; check the issuer or the token endpoint";
        }
        return error.present()
                ? ""
                : "; it gives no reason: check the client credentials, then whether the presented token is still valid";
    }
}

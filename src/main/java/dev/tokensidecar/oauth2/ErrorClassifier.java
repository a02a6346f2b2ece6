package dev.tokensidecar.oauth2;

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
 * What a refusal means for the refresh token and for the next attempt. Decided by status and error code together:
 * servers agree on neither alone (Auth0 says {@code invalid_grant} with 403, GitHub {@code bad_refresh_token} with 200).
 */
final class ErrorClassifier {

    /** Somebody has to log in again. Beside RFC 6749: GitHub, Slack, Entra, Google. */
    private static final Set<String> DEAD = Set.of(
            "invalid_grant",
            "bad_refresh_token",
            "invalid_refresh_token",
            "token_expired",
            "token_revoked",
            "account_inactive",
            "expired_token",
            "interaction_required",
            "consent_required",
            "admin_policy_enforced");

    /**
     * The client was not let in, so nothing was done with the refresh token. Beside RFC 6749: GitHub, Slack, Auth0 (whose
     * word is that of a person who says no in other grants), and a 401 that gives no reason.
     */
    private static final Set<String> CLIENT_REFUSED = Set.of(
            "invalid_client",
            "unauthorized_client",
            "incorrect_client_credentials",
            "bad_client_secret",
            "access_denied",
            httpError(401));

    /** Slack tells with 200 what others tell with 429 or 5xx; beside it RFC 8628, and RFC 6749 section 4.1.2.1. */
    private static final Set<String> THROTTLED = Set.of("slow_down", "ratelimited");

    private static final Set<String> DECLINED = Set.of("temporarily_unavailable", "service_unavailable");

    private static final Set<String> IN_DOUBT = Set.of("server_error", "internal_error", "fatal_error");

    /** What {@link DeviceAuthorization} looks for, beside those above. */
    private static final Set<String> POLLING = Set.of("authorization_pending", "authorization_declined");

    private static final Set<String> KNOWN = Stream.of(DEAD, CLIENT_REFUSED, THROTTLED, DECLINED, IN_DOUBT, POLLING)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    /** What to do about an answer that redirects. */
    static final String REDIRECTED =
            "; a redirect is not followed with credentials, so configure the address it leads to";

    private ErrorClassifier() {}

    /**
     * What there is to read in an answer that is a success.
     *
     * @param deadErrors what means that a refresh token is dead, beside the codes known here
     * @return null if it is neither a JSON object nor a form
     * @throws RefreshFailure what a refusal means; some come with status 200
     */
    static @Nullable AnswerFields requireSuccess(
            HttpAnswer answer, Scrubber scrubber, Set<String> deadErrors, Instant now) {
        AnswerFields fields = AnswerFields.read(answer.body());
        OAuthError error = fields == null ? OAuthError.NONE : OAuthError.in(fields, scrubber);
        if (!answer.success() || error.present()) {
            throw classify(answer, error, deadErrors, now);
        }
        return fields;
    }

    private static RefreshFailure classify(HttpAnswer answer, OAuthError error, Set<String> deadErrors, Instant now) {
        int status = answer.status();
        String name = error.code() == null ? httpError(status) : error.code();
        String message = "the authorization server answered " + status + error.words();
        Duration retryAfter = HttpDates.retryAfter(answer, now);
        if (status == 429 || THROTTLED.contains(name)) {
            return new Unavailable(name, message, false, true, retryAfter);
        }
        boolean dead = DEAD.contains(name) || error.isOneOf(deadErrors);
        if (dead && (answer.success() || status == 400 || status == 401 || status == 403)) {
            return new InvalidGrant(name, message);
        }
        if (DECLINED.contains(name) || declined(status, retryAfter)) {
            return new Unavailable(name, message, false, false, retryAfter);
        }
        if (inDoubt(status, retryAfter) || IN_DOUBT.contains(name)) {
            return new Unavailable(name, message, true, false, retryAfter);
        }
        return new Misconfigured(name, message + hint(status, error));
    }

    /** Whether something depends on this error code. */
    static boolean isKnown(String code) {
        return KNOWN.contains(code);
    }

    /** Whether another client secret could help. */
    static boolean clientRefused(RefreshFailure failure) {
        return failure instanceof Misconfigured && CLIENT_REFUSED.contains(failure.error());
    }

    /** Whether a server that answers like this may have acted on the request. */
    static boolean inDoubt(int status, @Nullable Duration retryAfter) {
        return (status >= 500 || status == 408) && !declined(status, retryAfter);
    }

    /** Said by one who knows that it did not do the work. */
    private static boolean declined(int status, @Nullable Duration retryAfter) {
        return status == 503 && retryAfter != null;
    }

    static boolean redirects(int status) {
        return status >= 300 && status < 400;
    }

    /** Our name for an answer that has none. */
    static String httpError(int status) {
        return "http_" + status;
    }

    /**
     * Without an error code a 400, 401 or 403 is not taken for a dead refresh token, although Glewlwyd means that by an
     * empty 400: a proxy or a firewall answers like this too, and a person should not be made to log in on its word.
     */
    private static String hint(int status, OAuthError error) {
        if (redirects(status)) {
            return REDIRECTED;
        }
        if (status == 404 || status == 405) {
            return "; check the issuer or the token endpoint";
        }
        return error.present()
                ? ""
                : "; it gives no reason: check the client's credentials, then whether the refresh token is still good";
    }
}

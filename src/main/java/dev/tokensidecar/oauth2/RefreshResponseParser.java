package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads every answer that a {@link RefreshEndpoint} can give: the tokens, or why there are none. */
final class RefreshResponseParser implements ResponseReader<TokenResponse> {

    /** How a token begins that is written as it goes into an {@code Authorization} header (RFC 6750 section 2.1). */
    private static final Pattern SCHEME = Pattern.compile("bearer(\\s+|$)", Pattern.CASE_INSENSITIVE);

    private final RefreshEndpoint.Response places;
    private final Set<Integer> sessionOverStatuses;
    private final Lifetimes lifetimes;

    RefreshResponseParser(RefreshEndpoint endpoint, Lifetimes lifetimes) {
        this.places = endpoint.response();
        this.sessionOverStatuses = endpoint.sessionOverStatuses();
        this.lifetimes = lifetimes;
    }

    @Override
    public TokenResponse read(InboundResponse answer, Redactor scrubber, Instant now) {
        ResponseFields fields = ResponseFields.read(answer.body());
        if (!answer.success()) {
            String message = places.message().in(answer, fields).text();
            throw refusal(answer, message == null ? "" : ": " + scrubber.scrub(message), now);
        }
        String accessToken = token(places.accessToken().in(answer, fields));
        if (accessToken == null) {
            throw unusable(answer, "without an access token " + places.accessToken());
        }
        if (!HeaderText.fits(accessToken)) {
            throw unusable(answer, "with an access token that fits into no header");
        }
        String refreshToken = token(places.refreshToken().in(answer, fields));
        return new TokenResponse(
                Secret.of(accessToken),
                "Bearer",
                null,
                life(answer, fields, accessToken, now),
                refreshToken == null ? null : Secret.of(refreshToken),
                null);
    }

    private @Nullable Duration life(InboundResponse answer, @Nullable ResponseFields fields, String accessToken, Instant now) {
        ResponseLocation expiresAt = places.expiresAt();
        return lifetimes.ofAccessToken(
                places.expiresIn().in(answer, fields),
                expiresAt == null ? ResponseValue.NONE : expiresAt.in(answer, fields),
                accessToken,
                HttpDates.serverTime(answer, now));
    }

    private static @Nullable String token(ResponseValue value) {
        String text = value.text();
        String token = text == null ? "" : SCHEME.matcher(text.strip()).replaceFirst("");
        return token.isEmpty() ? null : token;
    }

    /**
     * Nothing but the agreed statuses ends a session. Not even an address that is not there is taken for a mistake of the
     * configuration: behind a gateway any service answers 404 while it is replaced.
     */
    private RefreshFailure refusal(InboundResponse answer, String words, Instant now) {
        int status = answer.status();
        String message = "the refresh endpoint answered " + status + words;
        if (sessionOverStatuses.contains(status)) {
            return new InvalidGrant("session_over", message);
        }
        Duration retryAfter = HttpDates.retryAfter(answer, now);
        return new Unavailable(
                ErrorClassifier.httpError(status),
                message + hint(status),
                ErrorClassifier.inDoubt(status, retryAfter),
                status == 429,
                retryAfter);
    }

    private static String hint(int status) {
        if (ErrorClassifier.redirects(status)) {
            return ErrorClassifier.REDIRECTED;
        }
        return status == 404 || status == 405 ? "; check the address and the method of the refresh endpoint" : "";
    }

    private static InvalidResponse unusable(InboundResponse answer, String how) {
        return new InvalidResponse("the refresh endpoint answered " + answer.status() + " " + how);
    }
}

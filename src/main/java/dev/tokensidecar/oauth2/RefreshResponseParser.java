package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HeaderText;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads every response of a {@link RefreshEndpoint}: the tokens, or the reason why it sent none. */
final class RefreshResponseParser implements ResponseReader<SuccessfulResponse> {

    /** Some servers send the token as in an {@code Authorization} header (RFC 6750 section 2.1). */
    private static final Pattern SCHEME = Pattern.compile("bearer(\\s+|$)", Pattern.CASE_INSENSITIVE);

    private final RefreshEndpoint.Response locations;
    private final Set<Integer> sessionOverStatuses;
    private final Lifetimes lifetimes;

    RefreshResponseParser(RefreshEndpoint endpoint, Lifetimes lifetimes) {
        this.locations = endpoint.response();
        this.sessionOverStatuses = endpoint.sessionOverStatuses();
        this.lifetimes = lifetimes;
    }

    @Override
    public SuccessfulResponse read(InboundResponse response, Redactor redactor, Instant now) {
        ResponseFields fields = ResponseFields.read(response.body());
        if (!response.success()) {
            String message = locations.message().find(response, fields).text();
            throw failure(response, message == null ? "" : ": " + redactor.redact(message), now);
        }
        Secret refreshToken = refreshToken(response);
        try {
            response.requireComplete();
            return tokens(response, fields, refreshToken, now);
        } catch (RefreshFailure flaw) {
            if (refreshToken == null) {
                throw flaw;
            }
            return new UnusableResponse(flaw, refreshToken, null, null);
        }
    }

    private @Nullable Secret refreshToken(InboundResponse response) {
        ResponseLocation location = locations.refreshToken();
        String value =
                location == null ? null : token(location.find(response, ResponseFields.readBeginning(response.body())));
        return value == null ? null : Secret.of(value);
    }

    private TokenResponse tokens(
            InboundResponse response, @Nullable ResponseFields fields, @Nullable Secret refreshToken, Instant now) {
        String accessToken = token(locations.accessToken().find(response, fields));
        if (accessToken == null) {
            throw unusable(response, "without an access token " + locations.accessToken());
        }
        if (!HeaderText.fits(accessToken)) {
            throw unusable(response, "with an access token that is not printable ASCII text");
        }
        Duration lifetime = lifetime(response, fields, accessToken, now);
        if (Duration.ZERO.equals(lifetime)) {
            throw unusable(response, "with an access token that has expired" + HttpDates.decidingClock(response));
        }
        return new TokenResponse(Secret.of(accessToken), "Bearer", null, lifetime, refreshToken, null);
    }

    private @Nullable Duration lifetime(
            InboundResponse response, @Nullable ResponseFields fields, String accessToken, Instant now) {
        ResponseLocation expiresAt = locations.expiresAt();
        return lifetimes.ofAccessToken(
                locations.expiresIn().find(response, fields),
                expiresAt == null ? ResponseValue.NONE : expiresAt.find(response, fields),
                accessToken,
                HttpDates.serverTime(response, now));
    }

    private static @Nullable String token(ResponseValue value) {
        String text = value.text();
        String token = text == null ? "" : SCHEME.matcher(text.strip()).replaceFirst("");
        return token.isEmpty() ? null : token;
    }

    /**
     * Only the configured statuses end a session. Not even a 404 counts as a configuration error: a gateway sends it while
     * the service behind it is being replaced.
     */
    private RefreshFailure failure(InboundResponse response, String explanation, Instant now) {
        int status = response.status();
        String message = "the refresh endpoint answered " + status + explanation;
        if (sessionOverStatuses.contains(status)) {
            return new InvalidGrant("session_over", message);
        }
        Duration retryAfter = HttpDates.retryAfter(response, now);
        return new Unavailable(
                ErrorClassifier.httpError(status),
                message + hint(status),
                ErrorClassifier.inDoubt(status, retryAfter),
                status == 429,
                retryAfter);
    }

    private static String hint(int status) {
        if (ErrorClassifier.isRedirect(status)) {
            return ErrorClassifier.REDIRECTED;
        }
        return status == 404 || status == 405 ? "; check the address and the method of the refresh endpoint" : "";
    }

    private static InvalidResponse unusable(InboundResponse response, String how) {
        return new InvalidResponse("the refresh endpoint answered " + response.status() + " " + how);
    }
}

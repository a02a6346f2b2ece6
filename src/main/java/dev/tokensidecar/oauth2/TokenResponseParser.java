package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HeaderText;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads every response of a token endpoint: the tokens (RFC 6749 section 5.1), or the reason why it sent none. */
final class TokenResponseParser implements ResponseReader<TokenResponse> {

    private static final String BEARER = "Bearer";

    /** Token types that mean a bearer token: RFC 6750, then Slack, then eBay. */
    private static final Set<String> BEARER_NAMES =
            Set.of("bearer", "bot", "user", "user access token", "application access token");

    private final Lifetimes lifetimes;
    private final Set<String> deadErrors;

    TokenResponseParser(Dialect dialect) {
        this.lifetimes = dialect.lifetimes();
        this.deadErrors = dialect.deadErrors();
    }

    @Override
    public TokenResponse read(InboundResponse response, Redactor redactor, Instant now) {
        ResponseFields fields = ErrorClassifier.requireSuccess(response, redactor, deadErrors, now);
        if (fields == null) {
            throw unusable(response, "neither a JSON object nor a form");
        }
        return tokens(response, fields, now);
    }

    private TokenResponse tokens(InboundResponse response, ResponseFields fields, Instant now) {
        String accessToken = fields.text("access_token");
        if (accessToken == null) {
            throw unusable(response, "a body without an access token");
        }
        if (!HeaderText.fits(accessToken)) {
            throw unusable(response, "an access token that is not printable ASCII text");
        }
        if (!bearer(fields.text("token_type"))) {
            throw unusable(response, "an access token that is not a bearer token, which callers could not use");
        }
        String refreshToken = fields.text("refresh_token");
        return new TokenResponse(
                Secret.of(accessToken),
                BEARER,
                fields.text("scope"),
                lifetimes.ofAccessToken(fields, accessToken, HttpDates.serverTime(response, now)),
                lifetimes.untilRefresh(fields),
                refreshToken == null ? null : Secret.of(refreshToken),
                lifetimes.ofRefreshToken(fields));
    }

    private static boolean bearer(@Nullable String tokenType) {
        return tokenType == null || BEARER_NAMES.contains(tokenType.strip().toLowerCase(Locale.ROOT));
    }

    private static InvalidResponse unusable(InboundResponse response, String what) {
        return new InvalidResponse("the authorization server answered " + response.status() + " with " + what);
    }
}

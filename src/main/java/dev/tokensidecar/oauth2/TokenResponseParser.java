package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenResponse;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads every answer a token endpoint can give: the tokens (RFC 6749 section 5.1), or why there are none. */
final class TokenResponseParser implements ResponseReader<TokenResponse> {

    private static final String BEARER = "Bearer";

    /** What servers write that mean a bearer token: RFC 6750, then Slack, then eBay. */
    private static final Set<String> BEARER_NAMES =
            Set.of("bearer", "bot", "user", "user access token", "application access token");

    private final Lifetimes lifetimes;
    private final Set<String> deadErrors;

    TokenResponseParser(Dialect dialect) {
        this.lifetimes = dialect.lifetimes();
        this.deadErrors = dialect.deadErrors();
    }

    @Override
    public TokenResponse read(InboundResponse answer, Redactor scrubber, Instant now) {
        ResponseFields fields = ErrorClassifier.requireSuccess(answer, scrubber, deadErrors, now);
        if (fields == null) {
            throw unusable(answer, "neither a JSON object nor a form");
        }
        return tokens(answer, fields, now);
    }

    private TokenResponse tokens(InboundResponse answer, ResponseFields fields, Instant now) {
        String accessToken = fields.text("access_token");
        if (accessToken == null) {
            throw unusable(answer, "a body without an access token");
        }
        if (!HeaderText.fits(accessToken)) {
            throw unusable(answer, "an access token that fits into no header");
        }
        if (!bearer(fields.text("token_type"))) {
            throw unusable(answer, "an access token that is no bearer token, so that callers could not use it");
        }
        String refreshToken = fields.text("refresh_token");
        return new TokenResponse(
                Secret.of(accessToken),
                BEARER,
                fields.text("scope"),
                lifetimes.ofAccessToken(fields, accessToken, HttpDates.serverTime(answer, now)),
                lifetimes.untilRefresh(fields),
                refreshToken == null ? null : Secret.of(refreshToken),
                lifetimes.ofRefreshToken(fields));
    }

    private static boolean bearer(@Nullable String tokenType) {
        return tokenType == null || BEARER_NAMES.contains(tokenType.strip().toLowerCase(Locale.ROOT));
    }

    private static InvalidResponse unusable(InboundResponse answer, String what) {
        return new InvalidResponse("the authorization server answered " + answer.status() + " with " + what);
    }
}

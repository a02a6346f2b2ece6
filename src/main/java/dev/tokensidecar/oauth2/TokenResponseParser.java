package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.http.HeaderText;
import dev.tokensidecar.oauth2.http.InboundResponse;
import dev.tokensidecar.oauth2.http.Redactor;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.ProofKey;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenFields;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads every response of a token endpoint: the tokens (RFC 6749 section 5.1), or the reason why it sent none. */
final class TokenResponseParser implements ProvenReader<SuccessfulResponse> {

    private static final String BEARER = "Bearer";
    private static final Pattern PUNCTUATION = Pattern.compile("[\\s_.-]+");

    /** Token types that mean a bearer token, without case and punctuation: RFC 6750, others in use, Slack, eBay. */
    private static final Set<String> BEARER_NAMES =
            Set.of("bearer", "bearertoken", "oauth2bearer", "bot", "user", "useraccesstoken", "applicationaccesstoken");

    /** RFC 8693 section 2.2.1: for a token that no API accepts. */
    private static final String NOT_APPLICABLE = "N_A";

    private final Lifetimes lifetimes;
    private final ErrorDialect errors;
    private final KeptFields kept;
    private final @Nullable String assertionType;

    TokenResponseParser(Dialect dialect) {
        this(dialect, null);
    }

    private TokenResponseParser(Dialect dialect, @Nullable String assertionType) {
        this.lifetimes = dialect.lifetimes();
        this.errors = dialect.errors();
        this.kept = new KeptFields(dialect.fields());
        this.assertionType = assertionType;
    }

    /**
     * Creates a parser for tokens that are for the token endpoint of another server.
     *
     * @param type their type (RFC 8693 section 3). The sidecar shows that server no token of another type: a server that
     *     does not know the type may have issued an access token in its place
     */
    static TokenResponseParser ofAssertions(Dialect dialect, String type) {
        return new TokenResponseParser(dialect, type);
    }

    @Override
    public SuccessfulResponse read(
            InboundResponse response, Redactor redactor, Instant now, @Nullable ProofKey provenWith) {
        ResponseFields readable = response.success() ? ResponseFields.readBeginning(response.body()) : null;
        try {
            if (response.success()) {
                response.requireComplete();
            }
            return tokens(response, redactor, now, provenWith);
        } catch (RefreshFailure flaw) {
            String refreshToken = readable == null ? null : refreshToken(readable);
            if (readable == null || refreshToken == null || !HeaderText.fits(refreshToken)) {
                throw flaw;
            }
            return new UnusableResponse(
                    flaw,
                    Secret.of(refreshToken),
                    lifetimes.ofRefreshToken(readable, HttpDates.serverTime(response, now)),
                    provenWith);
        }
    }

    private TokenResponse tokens(
            InboundResponse response, Redactor redactor, Instant now, @Nullable ProofKey provenWith) {
        ResponseFields fields = ErrorClassifier.requireSuccess(response, redactor, errors, now);
        if (fields == null) {
            throw unusable(response, "neither a JSON object nor a form");
        }
        String accessToken = fields.strippedText("access_token");
        if (accessToken == null) {
            throw unusable(response, "a body without an access token");
        }
        if (!HeaderText.fits(accessToken)) {
            throw InvalidResponse.ofToken(answered(response) + "an access token that is not printable ASCII text");
        }
        String tokenType = fields.text("token_type");
        if (assertionType != null && !assertionType.equals(fields.text("issued_token_type"))) {
            throw InvalidResponse.ofToken(
                    answered(response) + "a token that is not of the requested type " + assertionType);
        }
        boolean bound = AccessToken.DPOP.equalsIgnoreCase(tokenType);
        if (bound && provenWith == null) {
            throw InvalidResponse.ofToken(answered(response)
                    + "an access token that needs DPoP proofs: set client.dpop.enabled=true, or have the server issue"
                    + " bearer tokens");
        }
        if (!bound && !bearer(tokenType) && !(assertionType != null && NOT_APPLICABLE.equalsIgnoreCase(tokenType))) {
            throw InvalidResponse.ofToken(
                    answered(response) + "an access token that is not a bearer token, which callers could not use");
        }
        Instant serverTime = HttpDates.serverTime(response, now);
        Duration lifetime = lifetimes.ofAccessToken(fields, accessToken, serverTime);
        if (Duration.ZERO.equals(lifetime)) {
            throw InvalidResponse.ofToken(
                    answered(response) + "an access token that has expired" + HttpDates.decidingClock(response));
        }
        TokenFields further = kept.of(fields, serverTime);
        String refreshToken = refreshToken(fields);
        if (refreshToken != null && !HeaderText.fits(refreshToken)) {
            throw unusable(response, "a refresh token that is not printable ASCII text");
        }
        return new TokenResponse(
                Secret.of(accessToken),
                bound ? AccessToken.DPOP : BEARER,
                fields.text("scope"),
                KeptFields.shortened(lifetime, further, serverTime),
                lifetimes.untilRefresh(fields),
                refreshToken == null ? null : Secret.of(refreshToken),
                lifetimes.ofRefreshToken(fields, serverTime),
                further,
                provenWith);
    }

    private static @Nullable String refreshToken(ResponseFields fields) {
        return fields.strippedText("refresh_token");
    }

    private static boolean bearer(@Nullable String tokenType) {
        return tokenType == null
                || BEARER_NAMES.contains(
                        PUNCTUATION.matcher(tokenType).replaceAll("").toLowerCase(Locale.ROOT));
    }

    private static InvalidResponse unusable(InboundResponse response, String what) {
        return new InvalidResponse(answered(response) + what);
    }

    private static String answered(InboundResponse response) {
        return "the authorization server answered " + response.status() + " with ";
    }
}

package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A successful response of the token endpoint (RFC 6749 section 5.1).
 *
 * @param accessToken the new access token
 * @param tokenType {@code Bearer}, or {@link AccessToken#DPOP} for a token that is bound to {@code provenWith}
 * @param scope the granted scope; null if the server did not name it
 * @param lifetime lifetime of the access token from the moment the request was sent; null if the response does not say
 * @param refreshIn when the server wants the refresh, from the same moment; null if it does not say
 * @param refreshToken a new refresh token; null if the old one stays in force
 * @param refreshTokenLifetime lifetime of the refresh token from the same moment; null if unknown
 * @param fields the further fields that an operator wants to have
 * @param provenWith the key of the proof in the request; null if there was none
 */
public record TokenResponse(
        Secret accessToken,
        String tokenType,
        @Nullable String scope,
        @Nullable Duration lifetime,
        @Nullable Duration refreshIn,
        @Nullable Secret refreshToken,
        @Nullable Duration refreshTokenLifetime,
        TokenFields fields,
        @Nullable ProofKey provenWith)
        implements SuccessfulResponse {

    /** Creates a response to a request without a proof. */
    public TokenResponse(
            Secret accessToken,
            String tokenType,
            @Nullable String scope,
            @Nullable Duration lifetime,
            @Nullable Duration refreshIn,
            @Nullable Secret refreshToken,
            @Nullable Duration refreshTokenLifetime,
            TokenFields fields) {
        this(accessToken, tokenType, scope, lifetime, refreshIn, refreshToken, refreshTokenLifetime, fields, null);
    }

    /** Creates a response without more fields, of a server that leaves the time of the refresh to the client. */
    public TokenResponse(
            Secret accessToken,
            String tokenType,
            @Nullable String scope,
            @Nullable Duration lifetime,
            @Nullable Secret refreshToken,
            @Nullable Duration refreshTokenLifetime) {
        this(accessToken, tokenType, scope, lifetime, null, refreshToken, refreshTokenLifetime, TokenFields.NONE);
    }
}

package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A success of the token endpoint with a refresh token, but without an access token that callers could use. The refresh token
 * counts all the same: the server has probably invalidated the one before it.
 *
 * @param flaw why nobody can use the access token
 * @param refreshToken the refresh token in the response
 * @param refreshTokenLifetime its lifetime from the moment the request was sent; null if unknown
 * @param provenWith the key of the proof in the request; null if there was none
 */
public record UnusableResponse(
        RefreshFailure flaw,
        Secret refreshToken,
        @Nullable Duration refreshTokenLifetime,
        @Nullable ProofKey provenWith)
        implements SuccessfulResponse {}

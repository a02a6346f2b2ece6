package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the token endpoint granted (RFC 6749 section 5.1), before the core gives it a generation and a place in time.
 *
 * @param accessToken the new access token
 * @param tokenType normally {@code Bearer}
 * @param scope the granted scope; null if the server did not name it
 * @param life life of the access token from the moment the request was sent; null if the answer does not tell
 * @param refreshIn when the server would like the access token to be renewed, from the same moment; null if it does not
 *     say
 * @param refreshToken a new refresh token; null if the old one stays in force
 * @param refreshTokenLife life of the refresh token from the same moment; null if unknown
 */
public record TokenResponse(
        Secret accessToken,
        String tokenType,
        @Nullable String scope,
        @Nullable Duration life,
        @Nullable Duration refreshIn,
        @Nullable Secret refreshToken,
        @Nullable Duration refreshTokenLife) {

    /** From a server that leaves it to the client when to renew, as most do. */
    public TokenResponse(
            Secret accessToken,
            String tokenType,
            @Nullable String scope,
            @Nullable Duration life,
            @Nullable Secret refreshToken,
            @Nullable Duration refreshTokenLife) {
        this(accessToken, tokenType, scope, life, null, refreshToken, refreshTokenLife);
    }
}

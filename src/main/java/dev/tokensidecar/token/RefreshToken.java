package dev.tokensidecar.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The credential that buys new access tokens (RFC 6749 section 1.5). Never leaves the sidecar.
 *
 * @param value what is presented at the token endpoint
 * @param receivedAt when the authorization server handed it out; for a seed, when it was read
 * @param expiresAt its end as far as known ({@code refresh_expires_in}); null if the server does not say
 */
public record RefreshToken(
        Secret value, Instant receivedAt, @Nullable Instant expiresAt) {

    /** Names the credential without telling it. */
    public TokenHash hash() {
        return TokenHash.of(value);
    }

    /** Whether both are the same credential, whatever is known about their life. */
    public boolean sameValue(@Nullable RefreshToken other) {
        return other != null && value.equals(other.value);
    }
}

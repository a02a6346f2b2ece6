package dev.tokensidecar.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token (RFC 6749 section 1.5). Never leaves the sidecar.
 *
 * @param value what is presented at the token endpoint
 * @param receivedAt when the authorization server issued it; for a seed, when it was read
 * @param expiresAt when it expires ({@code refresh_expires_in}); null if the server does not say
 */
public record RefreshToken(
        Secret value, Instant receivedAt, @Nullable Instant expiresAt) {

    /** Identifies the credential without revealing it. */
    public TokenHash hash() {
        return TokenHash.of(value);
    }

    /** Whether both are the same credential, whatever is known about their lifetimes. */
    public boolean sameValue(@Nullable RefreshToken other) {
        return other != null && value.equals(other.value);
    }
}

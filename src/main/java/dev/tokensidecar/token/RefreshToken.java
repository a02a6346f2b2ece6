package dev.tokensidecar.token;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A refresh token (RFC 6749 section 1.5). Never leaves the sidecar.
 *
 * @param value what is presented at the token endpoint
 * @param receivedAt when the authorization server issued it; for a seed, when it was read
 * @param expiresAt when it expires ({@code refresh_expires_in}); null if the server does not say
 * @param key the key of the proof in the request that obtained it, to which it may be bound (RFC 9449 section 5); null if
 *     there was no proof
 */
public record RefreshToken(
        Secret value,
        Instant receivedAt,
        @Nullable Instant expiresAt,
        @Nullable BoundKey key) {

    /** Creates a refresh token that is bound to no key. */
    public RefreshToken(Secret value, Instant receivedAt, @Nullable Instant expiresAt) {
        this(value, receivedAt, expiresAt, null);
    }

    /** Identifies the credential without revealing it. */
    public TokenHash hash() {
        return TokenHash.of(value);
    }

    /** Whether both are the same credential, whatever is known about their lifetimes. */
    public boolean sameValue(@Nullable RefreshToken other) {
        return other != null && value.equals(other.value);
    }
}

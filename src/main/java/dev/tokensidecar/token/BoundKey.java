package dev.tokensidecar.token;

import org.jspecify.annotations.Nullable;

/**
 * The key that a token is bound to (RFC 9449 section 6), as a store keeps it.
 *
 * @param thumbprint the SHA-256 thumbprint of the public key (RFC 7638), which identifies it and is no secret
 * @param privateKey the private key as a JWK; null if it is in a file of the operator, which no store copies
 */
public record BoundKey(String thumbprint, @Nullable Secret privateKey) {

    /** Whether both are the same key, wherever it is kept. */
    public boolean isSameKey(BoundKey other) {
        return thumbprint.equals(other.thumbprint);
    }
}

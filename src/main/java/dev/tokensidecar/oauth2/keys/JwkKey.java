package dev.tokensidecar.oauth2.keys;

import java.security.PrivateKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A private key from a JWK (RFC 7517), which can name its algorithm and its id.
 *
 * @param algorithm {@code alg}; null if it has none
 * @param keyId {@code kid}; null if it has none
 */
record JwkKey(
        PrivateKey key,
        @Nullable SigningAlgorithm algorithm,
        @Nullable String keyId) {

    static JwkKey read(MountedFile file, String json) {
        PublicJsonWebKey jwk = parse(file, json);
        if (jwk.getPrivateKey() == null) {
            throw file.misconfigured("holds a public JWK", "use the private key of the pair");
        }
        return new JwkKey(jwk.getPrivateKey(), algorithm(file, jwk.getAlgorithm()), jwk.getKeyId());
    }

    private static PublicJsonWebKey parse(MountedFile file, String json) {
        try {
            return PublicJsonWebKey.Factory.newPublicJwk(json);
        } catch (JoseException | RuntimeException unusable) {
            // Drops the cause on purpose: its message may quote the key. The parser also throws unchecked exceptions.
            throw file.misconfigured("is not a JWK with a private key", "write one key, not a set, as a JSON object");
        }
    }

    private static @Nullable SigningAlgorithm algorithm(MountedFile file, @Nullable String name) {
        return name == null
                ? null
                : SigningAlgorithm.named(name)
                        .orElseThrow(() ->
                                file.misconfigured("holds a JWK whose alg is not for signatures", "use a signing key"));
    }

    @Override
    public String toString() {
        return "[private key]";
    }
}

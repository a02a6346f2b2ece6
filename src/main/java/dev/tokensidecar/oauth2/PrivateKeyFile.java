package dev.tokensidecar.oauth2;

import dev.tokensidecar.oauth2.SigningAlgorithm.KeyType;
import dev.tokensidecar.token.RefreshFailure;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A mounted file with a client's private key, as PEM or as JWK. Read at each use, so that a rotated key works at once. */
public final class PrivateKeyFile {

    /** RFC 7518 sections 3.3 and 3.5. */
    private static final int LEAST_RSA_BITS = 2048;

    private final MountedFile file;

    public PrivateKeyFile(Path path) {
        this.file = new MountedFile(path, "client key");
    }

    /**
     * The key as it is now. May block.
     *
     * @param wanted how to sign; null for what the JWK says, or else for what is usual with such a key
     * @throws RefreshFailure.Misconfigured if there is no key in the file that can sign like this
     */
    SigningKey read(@Nullable SigningAlgorithm wanted) {
        String text = file.text().strip();
        if (text.isEmpty()) {
            throw file.misconfigured("is empty", "put the private key into it");
        }
        if (!text.startsWith("{")) {
            return key(new PemKey(file).read(text), wanted, null);
        }
        JwkKey jwk = JwkKey.read(file, text);
        return key(jwk.key(), wanted == null ? jwk.algorithm() : wanted, jwk.keyId());
    }

    private SigningKey key(PrivateKey key, @Nullable SigningAlgorithm wanted, @Nullable String keyId) {
        KeyType type = KeyType.of(key)
                .orElseThrow(() -> file.misconfigured(
                        "holds a key that signs no JWT", "use one that is RSA, EC (P-256, P-384, P-521) or Ed25519"));
        if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < LEAST_RSA_BITS) {
            throw file.misconfigured("holds an RSA key that is too short", "use one of 2048 bits or more");
        }
        SigningAlgorithm algorithm = Optional.ofNullable(wanted).orElseGet(() -> SigningAlgorithm.usual(type));
        if (algorithm.keyType() != type) {
            throw file.misconfigured(
                    "holds %s, and %s signs with %s"
                            .formatted(
                                    type.words(), algorithm, algorithm.keyType().words()),
                    "use another key or another algorithm");
        }
        return new SigningKey(key, algorithm, keyId, null);
    }
}

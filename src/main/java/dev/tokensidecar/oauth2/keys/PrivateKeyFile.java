package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.oauth2.keys.SigningAlgorithm.KeyType;
import dev.tokensidecar.token.RefreshFailure;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A mounted file with a private key, as PEM or JWK. Each use reads it, so a rotated key works immediately. */
public final class PrivateKeyFile {

    /** RFC 7518 sections 3.3 and 3.5. */
    private static final int MIN_RSA_BITS = 2048;

    private static final String USABLE = "RSA, EC (P-256, P-384, P-521) or Ed25519";

    private final MountedFile file;

    /** The key with which the client authenticates. */
    public PrivateKeyFile(Path path) {
        this(path, "client key");
    }

    /**
     * Names the file.
     *
     * @param name what the key is, for messages and, with {@code _unreadable}, for the error code: "client key"
     */
    public PrivateKeyFile(Path path, String name) {
        this.file = new MountedFile(path, name);
    }

    /**
     * Reads the key. May block.
     *
     * @param configured the signature algorithm; null for the one that the JWK names, or else the default for the key type
     * @throws RefreshFailure.Misconfigured if the file has no key for the algorithm
     */
    public SigningKey read(@Nullable SigningAlgorithm configured) {
        String text = file.text().strip();
        if (text.isEmpty()) {
            throw file.misconfigured("is empty", "put the private key into it");
        }
        if (!text.startsWith("{")) {
            return signingKey(file, new PemKey(file, USABLE).read(text), configured, null);
        }
        JwkKey jwk = JwkKey.read(file, text);
        return signingKey(file, jwk.key(), configured == null ? jwk.algorithm() : configured, jwk.keyId());
    }

    /**
     * Reads the key for DPoP proofs. May block.
     *
     * @param configured the signature algorithm; null for the one that fits the key
     * @throws RefreshFailure.Misconfigured if the file has no key for proofs, or none for the algorithm
     */
    public ProofKeyPair readForProofs(@Nullable ProofAlgorithm configured) {
        SigningKey key = read(configured == null ? null : configured.signing());
        try {
            return ProofKeyPair.of(key);
        } catch (GeneralSecurityException unfit) {
            // Drops the cause on purpose: its message may describe the key.
            throw file.misconfigured(
                    "holds a key that cannot sign DPoP proofs", "use a key on P-256 or an Ed25519 key");
        }
    }

    /** Checks that the key from this file fits the algorithm. */
    static SigningKey signingKey(
            MountedFile file, PrivateKey key, @Nullable SigningAlgorithm configured, @Nullable String keyId) {
        KeyType type = KeyType.of(key)
                .orElseThrow(() ->
                        file.misconfigured("holds a key that cannot sign JWTs", "use another kind of key: " + USABLE));
        if (key instanceof RSAPrivateKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw file.misconfigured("holds an RSA key that is too short", "use a key of 2048 bits or more");
        }
        SigningAlgorithm algorithm = Optional.ofNullable(configured).orElseGet(() -> SigningAlgorithm.defaultFor(type));
        if (algorithm.keyType() != type) {
            throw file.misconfigured(
                    "holds %s, but %s needs %s"
                            .formatted(
                                    type.description(),
                                    algorithm,
                                    algorithm.keyType().description()),
                    "use another key or another algorithm");
        }
        return new SigningKey(key, algorithm, keyId, null);
    }
}

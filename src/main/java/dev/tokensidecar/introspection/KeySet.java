package dev.tokensidecar.introspection;

import java.security.Key;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Objects;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer that verify signatures. Leaves out every other key of its JWK set: symmetric ones, those for
 * encryption, and RSA keys that are too small for any algorithm (RFC 7518 section 3.3) or too large to verify quickly.
 */
public final class KeySet {

    private static final int MIN_RSA_BITS = 2048;
    private static final int MAX_RSA_BITS = 8192;
    private static final int MAX_KEYS = 100;

    /** How many keys are tried for a token that names none of them. */
    private static final int MAX_TRIED = 10;

    private final List<JsonWebKey> keys;

    private KeySet(List<JsonWebKey> keys) {
        this.keys = keys;
    }

    /** Reads a JWK set; null if the text is none. A key that cannot be read does not affect the others (RFC 7517 section 5). */
    public static @Nullable KeySet parse(String json) {
        try {
            return new KeySet(new JsonWebKeySet(json)
                    .getJsonWebKeys().stream()
                            .filter(KeySet::isUsable)
                            .limit(MAX_KEYS)
                            .toList());
        } catch (JoseException | RuntimeException notKeys) {
            return null; // the message may quote anything
        }
    }

    private static boolean isUsable(JsonWebKey key) {
        boolean verifies = key.getUse() == null || key.getUse().equals("sig");
        boolean operation = key.getKeyOps() == null || key.getKeyOps().contains("verify");
        return verifies && operation && family(key.getKey()) != null;
    }

    /** Returns how the names of the algorithms begin that use such a key; null for a key that none of them uses. */
    private static @Nullable String family(@Nullable Key key) {
        return switch (key) {
            case RSAPublicKey rsa when isRightSize(rsa) -> "RSA";
            case ECPublicKey ec -> EllipticCurves.getName(ec.getParams().getCurve());
            case EdECPublicKey ed -> "EdDSA";
            case null, default -> null;
        };
    }

    private static boolean isRightSize(RSAPublicKey key) {
        int bits = key.getModulus().bitLength();
        return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS;
    }

    /**
     * Returns the keys that may have made a signature.
     *
     * @param keyId the {@code kid} of the token; null if it has none
     */
    List<JsonWebKey> candidates(@Nullable String keyId, String algorithm) {
        String family = family(algorithm);
        List<JsonWebKey> fitting = keys.stream()
                .filter(key -> keyId == null || keyId.equals(key.getKeyId()))
                .filter(key -> Objects.equals(family, family(key.getKey())))
                .filter(key -> key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
                .toList();
        return fitting.size() <= MAX_TRIED ? fitting : List.of();
    }

    private static String family(String algorithm) {
        return switch (algorithm) {
            case "ES256" -> "P-256";
            case "ES384" -> "P-384";
            case "ES512" -> "P-521";
            case "EdDSA" -> "EdDSA";
            default -> "RSA";
        };
    }

    int size() {
        return keys.size();
    }
}

package dev.tokensidecar.oauth2;

import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Optional;
import java.util.stream.Stream;
import org.jose4j.keys.EllipticCurves;

/** How an assertion is signed, by its registered name (RFC 7518 section 3.1, RFC 8037 section 3.1). */
public enum SigningAlgorithm {
    HS256(KeyType.SECRET),
    HS384(KeyType.SECRET),
    HS512(KeyType.SECRET),
    RS256(KeyType.RSA),
    RS384(KeyType.RSA),
    RS512(KeyType.RSA),
    PS256(KeyType.RSA),
    PS384(KeyType.RSA),
    PS512(KeyType.RSA),
    ES256(KeyType.P_256),
    ES384(KeyType.P_384),
    ES512(KeyType.P_521),
    EdDSA(KeyType.ED25519);

    private final KeyType keyType;

    SigningAlgorithm(KeyType keyType) {
        this.keyType = keyType;
    }

    /** What signs. */
    enum KeyType {
        SECRET("a secret"),
        RSA("an RSA key"),
        P_256("an EC key on P-256"),
        P_384("an EC key on P-384"),
        P_521("an EC key on P-521"),
        ED25519("an Ed25519 key");

        private final String words;

        KeyType(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        /** What a private key is; empty if it can make no signature that is known here. */
        static Optional<KeyType> of(PrivateKey key) {
            return switch (key) {
                case RSAPrivateKey rsa -> Optional.of(RSA);
                case ECPrivateKey ec ->
                    onCurve(EllipticCurves.getName(ec.getParams().getCurve()));
                case EdECPrivateKey ed -> onCurve(ed.getParams().getName());
                default -> Optional.empty();
            };
        }

        private static Optional<KeyType> onCurve(String curve) {
            return Stream.of(P_256, P_384, P_521, ED25519)
                    .filter(type -> type.name().replace('_', '-').equalsIgnoreCase(curve))
                    .findFirst();
        }
    }

    KeyType keyType() {
        return keyType;
    }

    static Optional<SigningAlgorithm> named(String name) {
        return Stream.of(values())
                .filter(algorithm -> algorithm.name().equals(name))
                .findFirst();
    }

    /** The one that is taken unless another is wished: the first, which servers know best. */
    static SigningAlgorithm usual(KeyType keyType) {
        return Stream.of(values())
                .filter(algorithm -> algorithm.keyType == keyType)
                .findFirst()
                .orElseThrow();
    }
}

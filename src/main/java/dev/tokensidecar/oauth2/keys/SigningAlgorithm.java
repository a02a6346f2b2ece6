package dev.tokensidecar.oauth2.keys;

import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.Optional;
import java.util.stream.Stream;
import org.jose4j.keys.EllipticCurves;

/** Signature algorithms for assertions, by registered name (RFC 7518 section 3.1, RFC 8037 section 3.1). */
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

    /** The type of key that an algorithm needs. */
    enum KeyType {
        SECRET("a secret"),
        RSA("an RSA key"),
        P_256("an EC key on P-256"),
        P_384("an EC key on P-384"),
        P_521("an EC key on P-521"),
        ED25519("an Ed25519 key");

        private final String description;

        KeyType(String description) {
            this.description = description;
        }

        String description() {
            return description;
        }

        /** Returns the type of a private key; empty if none of the algorithms can use it. */
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

    /** Whether the client signs with a secret that the server has too, not with a private key. */
    public boolean isSymmetric() {
        return keyType == KeyType.SECRET;
    }

    KeyType keyType() {
        return keyType;
    }

    static Optional<SigningAlgorithm> named(String name) {
        return Stream.of(values())
                .filter(algorithm -> algorithm.name().equals(name))
                .findFirst();
    }

    /** Returns the default algorithm for a key type: the first, which most servers support. */
    static SigningAlgorithm defaultFor(KeyType keyType) {
        return Stream.of(values())
                .filter(algorithm -> algorithm.keyType == keyType)
                .findFirst()
                .orElseThrow();
    }
}

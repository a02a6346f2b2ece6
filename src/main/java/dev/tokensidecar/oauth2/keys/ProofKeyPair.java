package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** A key pair for DPoP proofs, each of which shows the public key (RFC 9449 section 4.2). */
public final class ProofKeyPair {

    private static final String DIGEST = "SHA-256";

    private final SigningKey key;
    private final PublicJsonWebKey jwk;
    private final String thumbprint;

    private ProofKeyPair(PrivateKey privateKey, PublicKey publicKey, ProofAlgorithm algorithm) throws JoseException {
        this.key = new SigningKey(privateKey, algorithm.signing(), null, null);
        this.jwk = PublicJsonWebKey.Factory.newPublicJwk(publicKey);
        this.jwk.setPrivateKey(privateKey);
        this.thumbprint = jwk.calculateBase64urlEncodedThumbprint(DIGEST);
    }

    /** Makes a new key pair. */
    public static ProofKeyPair generate(ProofAlgorithm algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.generator());
            generator.initialize(curve(algorithm));
            KeyPair pair = generator.generateKeyPair();
            return new ProofKeyPair(pair.getPrivate(), pair.getPublic(), algorithm);
        } catch (GeneralSecurityException | JoseException impossible) {
            throw new IllegalStateException("every Java platform makes such keys", impossible);
        }
    }

    private static AlgorithmParameterSpec curve(ProofAlgorithm algorithm) {
        return algorithm == ProofAlgorithm.ES256
                ? new ECGenParameterSpec(algorithm.curve())
                : new NamedParameterSpec(algorithm.curve());
    }

    /**
     * Completes a private key.
     *
     * @throws GeneralSecurityException if it is of no use for proofs
     */
    static ProofKeyPair of(SigningKey signing) throws GeneralSecurityException {
        PrivateKey privateKey = (PrivateKey) signing.key();
        try {
            return new ProofKeyPair(privateKey, PublicKeys.of(privateKey), algorithm(signing.algorithm()));
        } catch (JoseException unfit) {
            throw new GeneralSecurityException(unfit);
        }
    }

    /**
     * Reads what {@link #privateJwk} has written.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static ProofKeyPair parse(Secret privateJwk) {
        try {
            PublicJsonWebKey parsed = PublicJsonWebKey.Factory.newPublicJwk(privateJwk.reveal());
            SigningAlgorithm.KeyType type =
                    SigningAlgorithm.KeyType.of(parsed.getPrivateKey()).orElseThrow();
            return new ProofKeyPair(
                    parsed.getPrivateKey(), parsed.getPublicKey(), algorithm(SigningAlgorithm.defaultFor(type)));
        } catch (JoseException | GeneralSecurityException | RuntimeException unreadable) {
            // Drops the cause on purpose: its message may quote the key. The parser also throws unchecked exceptions.
            throw new IllegalArgumentException("no private key for proofs");
        }
    }

    private static ProofAlgorithm algorithm(SigningAlgorithm signing) throws GeneralSecurityException {
        return Stream.of(ProofAlgorithm.values())
                .filter(algorithm -> algorithm.signing() == signing)
                .findFirst()
                .orElseThrow(() -> new GeneralSecurityException("not an algorithm of proofs"));
    }

    /** Returns the key pair as a JWK, for {@link #parse}. */
    public Secret privateJwk() {
        return Secret.of(jwk.toJson(OutputControlLevel.INCLUDE_PRIVATE));
    }

    /** Returns the SHA-256 thumbprint of the public key (RFC 7638), to which servers bind tokens as {@code jkt}. */
    public String thumbprint() {
        return thumbprint;
    }

    /** Signs the claims of a proof; returns the compact form. */
    public Secret sign(String claims) {
        return key.signProof(claims, jwk);
    }

    @Override
    public String toString() {
        return "[key pair " + thumbprint + "]";
    }
}

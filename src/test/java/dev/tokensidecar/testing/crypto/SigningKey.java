package dev.tokensidecar.testing.crypto;

import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;

/** A key pair for one run of the tests; signs JWTs. */
public final class SigningKey {

    private static final String ALGORITHM = AlgorithmIdentifiers.RSA_USING_SHA256;

    private final RsaJsonWebKey key;

    private SigningKey(RsaJsonWebKey key) {
        this.key = key;
    }

    /**
     * Creates a key pair.
     *
     * @param id distinguishes the keys of a set
     */
    public static SigningKey make(String id) {
        try {
            RsaJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            key.setUse("sig");
            key.setAlgorithm(ALGORITHM);
            return new SigningKey(key);
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the public key as a key set (RFC 7517, section 5). */
    public String publicKeys() {
        return new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    /** Returns the key pair as a JWK, the content of a key file. */
    public String privateKey() {
        return key.toJson(OutputControlLevel.INCLUDE_PRIVATE);
    }

    /** Signs a JWT (RFC 7519) with these claims and an id of its own, valid for one minute. */
    public String sign(String issuer, String subject, String audience) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setSubject(subject);
        claims.setAudience(audience);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(1);
        claims.setGeneratedJwtId();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setKey(key.getPrivateKey());
        signature.setKeyIdHeaderValue(key.getKeyId());
        signature.setAlgorithmHeaderValue(ALGORITHM);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}

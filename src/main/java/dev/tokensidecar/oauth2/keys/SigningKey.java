package dev.tokensidecar.oauth2.keys;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A key that signs assertions, and what the header of an assertion says about it (RFC 7515 section 4.1).
 *
 * @param key a private key, or a secret
 * @param algorithm an algorithm that fits the key
 * @param keyId {@code kid}; null for none
 * @param thumbprint {@code x5t#S256} of the key's certificate; null for none
 */
public record SigningKey(
        Key key,
        SigningAlgorithm algorithm,
        @Nullable String keyId,
        @Nullable String thumbprint) {

    /**
     * Makes a signing key from a client secret.
     *
     * @throws Misconfigured if the secret is shorter than the hash, which RFC 7518 section 3.2 forbids
     */
    public static SigningKey of(Secret secret, SigningAlgorithm algorithm) {
        byte[] octets = secret.reveal().getBytes(StandardCharsets.UTF_8);
        int minBytes = Integer.parseInt(algorithm.name().substring("HS".length())) / Byte.SIZE;
        if (octets.length < minBytes) {
            throw new Misconfigured(
                    "client_secret_unreadable",
                    "the client secret is shorter than the %d bytes that %s needs: have the server generate a longer one"
                            .formatted(minBytes, algorithm));
        }
        return new SigningKey(new HmacKey(octets), algorithm, null, null);
    }

    /** Signs the claims; returns the compact form (RFC 7515 section 7.1). */
    public Secret sign(String claims) {
        return sign(header(), claims);
    }

    /** Signs the claims of a DPoP proof, which shows the public key (RFC 9449 section 4.2). */
    Secret signProof(String claims, PublicJsonWebKey publicKey) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(algorithm.name());
        signature.setHeader("typ", "dpop+jwt");
        signature.setJwkHeader(publicKey);
        return sign(signature, claims);
    }

    private Secret sign(JsonWebSignature signature, String claims) {
        signature.setKey(key);
        signature.setPayload(claims);
        try {
            return Secret.of(signature.getCompactSerialization());
        } catch (JoseException unfit) {
            // Drops the cause on purpose: its message could describe the key.
            throw new Misconfigured(
                    "client_key_unreadable", "the client key cannot sign: generate another one and register it");
        }
    }

    /** Identifies key and header. Unlike an assertion, it stays the same from one request to the next. */
    public Secret fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(header().getHeaders().getFullHeaderAsJsonString().getBytes(StandardCharsets.UTF_8));
            return Secret.of(HexFormat.of().formatHex(digest.digest(key.getEncoded())));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Returns the SHA-256 of the public key (SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7) in Base64, by which some servers
     * find it; empty if the private key does not determine it in the JDK, as only an RSA key does.
     */
    public Optional<String> publicKeySha256() {
        if (!(key instanceof RSAPrivateCrtKey rsa)) {
            return Optional.empty();
        }
        try {
            PublicKey publicKey = KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(rsa.getModulus(), rsa.getPublicExponent()));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(publicKey.getEncoded());
            return Optional.of(Base64.getEncoder().encodeToString(digest));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private JsonWebSignature header() {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(algorithm.name());
        signature.setHeader("typ", "JWT");
        if (keyId != null) {
            signature.setKeyIdHeaderValue(keyId);
        }
        if (thumbprint != null) {
            signature.setX509CertSha256ThumbprintHeaderValue(thumbprint);
        }
        return signature;
    }

    @Override
    public String toString() {
        return "[signing key]";
    }
}

package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * What an assertion is signed with, and how its header tells that (RFC 7515 section 4.1).
 *
 * @param key a private key, or a secret
 * @param algorithm one that fits the key
 * @param keyId {@code kid}; null for none
 * @param thumbprint {@code x5t#S256}, of the certificate of the key; null for none
 */
record SigningKey(
        Key key,
        SigningAlgorithm algorithm,
        @Nullable String keyId,
        @Nullable String thumbprint) {

    /**
     * A client secret as a key.
     *
     * @throws Misconfigured if it is shorter than what is made with it, which RFC 7518 section 3.2 forbids
     */
    static SigningKey of(Secret secret, SigningAlgorithm algorithm) {
        byte[] octets = secret.reveal().getBytes(StandardCharsets.UTF_8);
        int least = Integer.parseInt(algorithm.name().substring("HS".length())) / Byte.SIZE;
        if (octets.length < least) {
            throw new Misconfigured(
                    "client_secret_unreadable",
                    "the client secret is shorter than the %d bytes that %s needs: let the server make a longer one"
                            .formatted(least, algorithm));
        }
        return new SigningKey(new HmacKey(octets), algorithm, null, null);
    }

    /** The claims, signed, in compact form (RFC 7515 section 7.1). */
    Secret sign(String claims) {
        JsonWebSignature signature = header();
        signature.setKey(key);
        signature.setPayload(claims);
        try {
            return Secret.of(signature.getCompactSerialization());
        } catch (JoseException unfit) {
            // Dropped on purpose, like every message that could describe a key.
            throw new Misconfigured(
                    "client_key_unreadable", "the client key makes no signature: make another and register it");
        }
    }

    /** The same for the same key that is told the same way, which an assertion is not. */
    Secret fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(header().getHeaders().getFullHeaderAsJsonString().getBytes(StandardCharsets.UTF_8));
            return Secret.of(HexFormat.of().formatHex(digest.digest(key.getEncoded())));
        } catch (NoSuchAlgorithmException impossible) {
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

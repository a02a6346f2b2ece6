package dev.tokensidecar.introspection;

import dev.tokensidecar.testing.crypto.PrivateKeys;
import io.vertx.core.json.JsonObject;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** A key of an issuer, which makes tokens. */
final class TestKey {

    private final String id;
    private final String algorithm;
    private final KeyPair pair;

    private TestKey(String id, String algorithm, KeyPair pair) {
        this.id = id;
        this.algorithm = algorithm;
        this.pair = pair;
    }

    static TestKey rsa(String id) {
        return make(id, "RS256", () -> PrivateKeys.rsa(2048));
    }

    static TestKey of(String id, String algorithm) {
        return make(id, algorithm, () -> switch (algorithm) {
            case "ES256" -> PrivateKeys.ec("secp256r1");
            case "ES384" -> PrivateKeys.ec("secp384r1");
            case "ES512" -> PrivateKeys.ec("secp521r1");
            case "EdDSA" -> PrivateKeys.of("Ed25519");
            default -> PrivateKeys.rsa(2048);
        });
    }

    static TestKey small(String id) {
        return make(id, "RS256", () -> PrivateKeys.rsa(1024));
    }

    private interface Generator {
        KeyPair pair() throws GeneralSecurityException;
    }

    private static TestKey make(String id, String algorithm, Generator generator) {
        try {
            return new TestKey(id, algorithm, generator.pair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    KeyPair pair() {
        return pair;
    }

    String algorithm() {
        return algorithm;
    }

    /** Returns the public key as a JWK. */
    JsonObject jwk() {
        try {
            PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(pair.getPublic());
            jwk.setKeyId(id);
            return new JsonObject(jwk.toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    static String set(TestKey... keys) {
        return new JsonObject()
                .put("keys", List.of(keys).stream().map(TestKey::jwk).toList())
                .encode();
    }

    /** Signs claims with this key. */
    String sign(JsonObject claims) {
        return sign(Map.of("alg", algorithm, "kid", id), claims.encode());
    }

    /** Signs with other headers. */
    String sign(Map<String, Object> headers, String payload) {
        return sign(headers, payload, pair.getPrivate());
    }

    static String sign(Map<String, Object> headers, String payload, Key key) {
        JsonWebSignature signature = new JsonWebSignature();
        headers.forEach(signature.getHeaders()::setObjectHeaderValue);
        signature.setPayload(payload);
        signature.setKey(key);
        signature.setDoKeyValidation(false);
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.tokensidecar.testing.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/** Key pairs of clients, made by the JDK, and the files that tools write them into. */
public final class PrivateKeys {

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PrivateKeys() {}

    /** An RSA key pair of so many bits. */
    public static KeyPair rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /** A key pair on {@code secp256r1} or another curve. */
    public static KeyPair ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    /** A key pair for {@code Ed25519} or another such algorithm. */
    public static KeyPair of(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }

    /** The private key as PKCS#8, which is what the JDK makes. */
    public static String pem(KeyPair keys) {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** Any content under any label. */
    public static String pem(String label, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, BASE64.encodeToString(content));
    }

    /** The pair as a JWK with more members. */
    public static String jwk(KeyPair keys, Map<String, Object> members) throws JoseException {
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
        jwk.setPrivateKey(keys.getPrivate());
        Map<String, Object> all = jwk.toParams(OutputControlLevel.INCLUDE_PRIVATE);
        all.putAll(members);
        return JsonUtil.toJson(all);
    }
}

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

/** Key pairs of clients, and the file formats that tools write. */
public final class PrivateKeys {

    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private PrivateKeys() {}

    /** Creates an RSA key pair. */
    public static KeyPair rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /** Creates a key pair on {@code secp256r1} or another curve. */
    public static KeyPair ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    /** Creates a key pair for {@code Ed25519} or another algorithm of this kind. */
    public static KeyPair of(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    }

    /** Returns the private key as PKCS#8, the format of the JDK. */
    public static String pem(KeyPair keys) {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** Returns any content as PEM, with this label. */
    public static String pem(String label, byte[] content) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, BASE64.encodeToString(content));
    }

    /** Returns the pair as a JWK with additional members. */
    public static String jwk(KeyPair keys, Map<String, Object> members) throws JoseException {
        PublicJsonWebKey jwk = PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic());
        jwk.setPrivateKey(keys.getPrivate());
        Map<String, Object> all = jwk.toParams(OutputControlLevel.INCLUDE_PRIVATE);
        all.putAll(members);
        return JsonUtil.toJson(all);
    }
}

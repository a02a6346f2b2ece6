package dev.tokensidecar.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Base64;

/** The key that signs JWTs: ES256 (RFC 7518 section 3.4). All servers of a process share one. */
final class JwtSigningKey {

    private static final String CURVE = "secp256r1";
    private static final String ID = "demo";
    private static final int COORDINATE_BYTES = 32;

    private final KeyPair pair;

    private JwtSigningKey(KeyPair pair) {
        this.pair = pair;
    }

    /** Returns the key, which the first call makes: most servers issue no JWT. */
    static JwtSigningKey get() {
        return Generated.KEY;
    }

    /** Returns the signed JWT with these header fields, the algorithm and the id of the key. */
    String sign(JsonObject header, JsonObject claims) {
        String signed = base64(header.copy().put("alg", "ES256").put("kid", ID)) + "." + base64(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + base64(signature.sign());
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("cannot sign", impossible);
        }
    }

    /** Returns the JWK set with the public key (RFC 7517). */
    JsonObject publicKeys() {
        ECPoint point = ((ECPublicKey) pair.getPublic()).getW();
        return new JsonObject()
                .put(
                        "keys",
                        JsonArray.of(new JsonObject()
                                .put("kty", "EC")
                                .put("crv", "P-256")
                                .put("x", base64(coordinate(point.getAffineX())))
                                .put("y", base64(coordinate(point.getAffineY())))
                                .put("use", "sig")
                                .put("alg", "ES256")
                                .put("kid", ID)));
    }

    /** Big-endian, without a sign, and with leading zeros (RFC 7518 section 6.2.1.2). */
    private static byte[] coordinate(BigInteger value) {
        byte[] signed = value.toByteArray();
        byte[] coordinate = new byte[COORDINATE_BYTES];
        int length = Math.min(signed.length, COORDINATE_BYTES);
        System.arraycopy(signed, signed.length - length, coordinate, COORDINATE_BYTES - length, length);
        return coordinate;
    }

    private static String base64(JsonObject json) {
        return base64(json.encode().getBytes(StandardCharsets.UTF_8));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static final class Generated {

        static final JwtSigningKey KEY = generate();

        private static JwtSigningKey generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec(CURVE));
                return new JwtSigningKey(generator.generateKeyPair());
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("cannot make a key", impossible);
            }
        }
    }
}

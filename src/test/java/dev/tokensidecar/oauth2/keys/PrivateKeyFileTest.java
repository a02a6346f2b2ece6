package dev.tokensidecar.oauth2.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateKeyFileTest {

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {2048, 3072})
    void anRsaKeyIsReadInEachFormat(int bits) throws Exception {
        KeyPair keys = PrivateKeys.rsa(bits);
        byte[] pkcs8 = keys.getPrivate().getEncoded();

        assertReads(keys, PrivateKeys.pem(keys));
        assertReads(keys, PrivateKeys.pem("RSA PRIVATE KEY", after(26, pkcs8)));
        assertReads(keys, PrivateKeys.jwk(keys, Map.of()));
    }

    /** The key sizes cover all encodings of a DER length. */
    @ParameterizedTest
    @CsvSource({"secp256r1, 06082a8648ce3d030107", "secp384r1, 06052b81040022", "secp521r1, 06052b81040023"})
    void anEcKeyIsReadInEachFormat(String curve, String identifier) throws Exception {
        KeyPair keys = PrivateKeys.ec(curve);

        assertReads(keys, PrivateKeys.pem(keys));
        assertReads(
                keys,
                PrivateKeys.pem("EC PRIVATE KEY", sec1(keys, HexFormat.of().parseHex(identifier))));
        assertReads(keys, PrivateKeys.jwk(keys, Map.of()));
    }

    @Test
    void anEd25519KeyIsReadInBothFormats() throws Exception {
        KeyPair keys = PrivateKeys.of("Ed25519");

        assertReads(keys, PrivateKeys.pem(keys));
        assertReads(keys, PrivateKeys.jwk(keys, Map.of()));
    }

    @Test
    void otherPemBlocksAreIgnored() throws Exception {
        KeyPair keys = PrivateKeys.ec("secp256r1");
        String parameters = PrivateKeys.pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107"));
        String certificate = PrivateKeys.pem("CERTIFICATE", new byte[] {1, 2, 3});

        assertReads(keys, "\nsubject: us\n" + parameters + PrivateKeys.pem(keys).replace("\n", "\r\n") + certificate);
    }

    @Test
    void aKeyThatDoesNotFitTheAlgorithmIsRejected() throws Exception {
        Path file = file(PrivateKeys.pem(PrivateKeys.ec("secp384r1")));

        assertRejected(file, SigningAlgorithm.ES256, "holds an EC key on P-384, but ES256 needs an EC key on P-256");
        assertRejected(file, SigningAlgorithm.RS256, "holds an EC key on P-384, but RS256 needs an RSA key");
        assertRejected(file, SigningAlgorithm.EdDSA, "holds an EC key on P-384, but EdDSA needs an Ed25519 key");
    }

    @Test
    void aJwkThatDoesNotFitItsAlgorithmIsRejected() throws Exception {
        KeyPair keys = PrivateKeys.of("Ed25519");

        assertRejected(PrivateKeys.jwk(keys, Map.of("alg", "RS256")), "holds an Ed25519 key, but RS256 needs");
        assertRejected(PrivateKeys.jwk(keys, Map.of("alg", "RSA-OAEP")), "holds a JWK whose alg is not for signatures");
    }

    @Test
    void aKeyThatCannotSignJwtsIsRejected() throws Exception {
        assertRejected(PrivateKeys.pem(PrivateKeys.of("Ed448")), "holds a key that cannot sign JWTs");
        assertRejected(PrivateKeys.jwk(PrivateKeys.of("X25519"), Map.of()), "holds a key that cannot sign JWTs");
        assertRejected(PrivateKeys.pem(PrivateKeys.of("X25519")), "holds a private key that cannot be used");
        assertRejected(PrivateKeys.pem(PrivateKeys.rsa(1024)), "holds an RSA key that is too short");
    }

    @Test
    void anEncryptedKeyIsRejected() {
        assertRejected(PrivateKeys.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}), "holds an encrypted key");
        assertRejected(
                PrivateKeys.pem("RSA PRIVATE KEY", new byte[] {1})
                        .replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"),
                "holds an encrypted key");
    }

    @Test
    void aPublicKeyIsRejected() throws Exception {
        KeyPair keys = PrivateKeys.ec("secp256r1");
        String problem = "holds no private key, only a public key or a certificate";

        assertRejected(PrivateKeys.pem("PUBLIC KEY", keys.getPublic().getEncoded()), problem);
        assertRejected(PrivateKeys.pem("CERTIFICATE", new byte[] {1}), problem);
        assertRejected(
                PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic()).toJson(),
                "holds a public JWK: use the private");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"})
    void aTruncatedKeyIsRejected(String label) throws Exception {
        byte[] key = PrivateKeys.ec("secp256r1").getPrivate().getEncoded();

        assertRejected(PrivateKeys.pem(label, Arrays.copyOf(key, key.length / 2)), "holds a private key that cannot");
        assertRejected(
                PrivateKeys.pem(label, new byte[] {0x30, (byte) 0x84, -1, -1, -1, -1}), "holds a private key that");
        assertRejected(
                "-----BEGIN %1$s-----\n=\n-----END %1$s-----".formatted(label), "holds a private key that cannot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "{\"kty\":\"RSA\",\"n\":5}", "{\"keys\":[]}"})
    void anInvalidPrivateJwkIsRejected(String json) {
        assertRejected(json, "is not a JWK with a private key");
    }

    @ParameterizedTest
    @CsvSource({"'', is empty", "' \n', is empty", "hunter2, holds neither PEM nor a JWK"})
    void aFileWithoutAKeyIsRejected(String content, String problem) {
        assertRejected(content, problem);
    }

    @Test
    void anUnreadableFileIsRejected() throws IOException {
        assertRejected(directory.resolve("nowhere"), null, "does not exist: mount the client key there");
        assertRejected(directory, null, "cannot be read");
        assertRejected("x".repeat(MountedFile.MAX_BYTES + 1), "is larger than 16384 bytes");
        Path binary = Files.write(directory.resolve("der"), new byte[] {0x30, (byte) 0x82});
        assertRejected(binary, null, "is not UTF-8 text");
    }

    private void assertReads(KeyPair keys, String content) {
        Key read = new PrivateKeyFile(file(content)).read(null).key();
        if (read instanceof ECPrivateKey ec) {
            // Two equal EC keys differ if only one includes its public key.
            assertThat(ec.getS()).isEqualTo(((ECPrivateKey) keys.getPrivate()).getS());
        } else {
            assertThat(read).isEqualTo(keys.getPrivate());
        }
    }

    private void assertRejected(String content, String problem) {
        assertRejected(file(content), null, problem);
    }

    private static void assertRejected(Path file, @Nullable SigningAlgorithm algorithm, String problem) {
        Misconfigured failure =
                catchThrowableOfType(Misconfigured.class, () -> new PrivateKeyFile(file).read(algorithm));

        assertThat(failure.error()).isEqualTo("client_key_unreadable");
        assertThat(failure.detail())
                .startsWith("the client key file " + file + " " + problem)
                .contains(": ")
                .doesNotContain("hunter2");
        assertThat(failure).hasNoCause();
    }

    private Path file(String content) {
        try {
            return Files.writeString(directory.resolve("tls.key"), content);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Cuts the older format out of PKCS#8. With keys of these sizes it begins at a fixed offset. */
    private static byte[] after(int offset, byte[] pkcs8) {
        return Arrays.copyOfRange(pkcs8, offset, pkcs8.length);
    }

    /** As OpenSSL writes it (RFC 5915): with the public key, and with the curve, which the JDK puts into PKCS#8 only. */
    private static byte[] sec1(KeyPair keys, byte[] curve) {
        ECPublicKey publicKey = (ECPublicKey) keys.getPublic();
        int size = (publicKey.getParams().getOrder().bitLength() + 7) / 8;
        byte[] point = joined(
                new byte[] {0, 4},
                fixed(publicKey.getW().getAffineX(), size),
                fixed(publicKey.getW().getAffineY(), size));
        return der(
                0x30,
                der(2, new byte[] {1}),
                der(4, fixed(((ECPrivateKey) keys.getPrivate()).getS(), size)),
                der(0xa0, curve),
                der(0xa1, der(3, point)));
    }

    private static byte[] fixed(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        int extra = bytes.length - size;
        return extra >= 0 ? Arrays.copyOfRange(bytes, extra, bytes.length) : joined(new byte[-extra], bytes);
    }

    private static byte[] der(int tag, byte[]... parts) {
        byte[] content = joined(parts);
        byte[] head = content.length < 128
                ? new byte[] {(byte) tag, (byte) content.length}
                : new byte[] {(byte) tag, (byte) 0x81, (byte) content.length};
        return joined(head, content);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}

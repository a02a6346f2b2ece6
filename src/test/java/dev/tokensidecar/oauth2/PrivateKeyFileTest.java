package dev.tokensidecar.oauth2;

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
    void anRsaKeyIsReadInEachForm(int bits) throws Exception {
        KeyPair keys = PrivateKeys.rsa(bits);
        byte[] pkcs8 = keys.getPrivate().getEncoded();

        assertReads(keys, PrivateKeys.pem(keys));
        assertReads(keys, PrivateKeys.pem("RSA PRIVATE KEY", after(26, pkcs8)));
        assertReads(keys, PrivateKeys.jwk(keys, Map.of()));
    }

    /** The sizes differ enough that lengths are written in each way there is. */
    @ParameterizedTest
    @CsvSource({"secp256r1, 06082a8648ce3d030107", "secp384r1, 06052b81040022", "secp521r1, 06052b81040023"})
    void anEcKeyIsReadInEachForm(String curve, String identifier) throws Exception {
        KeyPair keys = PrivateKeys.ec(curve);

        assertReads(keys, PrivateKeys.pem(keys));
        assertReads(
                keys,
                PrivateKeys.pem("EC PRIVATE KEY", sec1(keys, HexFormat.of().parseHex(identifier))));
        assertReads(keys, PrivateKeys.jwk(keys, Map.of()));
    }

    @Test
    void anEd25519KeyIsReadInBothForms() throws Exception {
        KeyPair keys = PrivateKeys.of("Ed25519");

        assertReads(keys, PrivateKeys.pem(keys));
        assertReads(keys, PrivateKeys.jwk(keys, Map.of()));
    }

    @Test
    void whatElseIsInThePemFileDoesNotMatter() throws Exception {
        KeyPair keys = PrivateKeys.ec("secp256r1");
        String parameters = PrivateKeys.pem("EC PARAMETERS", HexFormat.of().parseHex("06082a8648ce3d030107"));
        String certificate = PrivateKeys.pem("CERTIFICATE", new byte[] {1, 2, 3});

        assertReads(keys, "\nsubject: us\n" + parameters + PrivateKeys.pem(keys).replace("\n", "\r\n") + certificate);
    }

    @Test
    void aKeyThatDoesNotFitTheAlgorithmIsRefused() throws Exception {
        Path file = file(PrivateKeys.pem(PrivateKeys.ec("secp384r1")));

        assertRefused(
                file, SigningAlgorithm.ES256, "holds an EC key on P-384, and ES256 signs with an EC key on P-256");
        assertRefused(file, SigningAlgorithm.RS256, "holds an EC key on P-384, and RS256 signs with an RSA key");
        assertRefused(file, SigningAlgorithm.EdDSA, "holds an EC key on P-384, and EdDSA signs with an Ed25519 key");
    }

    @Test
    void theAlgorithmOfAJwkHasToFitAsWell() throws Exception {
        KeyPair keys = PrivateKeys.of("Ed25519");

        assertRefused(PrivateKeys.jwk(keys, Map.of("alg", "RS256")), "holds an Ed25519 key, and RS256 signs with");
        assertRefused(PrivateKeys.jwk(keys, Map.of("alg", "RSA-OAEP")), "holds a JWK whose alg is none for signatures");
    }

    @Test
    void aKeyThatSignsNoJwtIsRefused() throws Exception {
        assertRefused(PrivateKeys.pem(PrivateKeys.of("Ed448")), "holds a key that signs no JWT");
        assertRefused(PrivateKeys.jwk(PrivateKeys.of("X25519"), Map.of()), "holds a key that signs no JWT");
        assertRefused(PrivateKeys.pem(PrivateKeys.of("X25519")), "holds a private key that cannot be used");
        assertRefused(PrivateKeys.pem(PrivateKeys.rsa(1024)), "holds an RSA key that is too short");
    }

    @Test
    void anEncryptedKeyIsRefused() {
        assertRefused(PrivateKeys.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}), "holds an encrypted key");
        assertRefused(
                PrivateKeys.pem("RSA PRIVATE KEY", new byte[] {1})
                        .replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n"),
                "holds an encrypted key");
    }

    @Test
    void thePublicHalfIsRefused() throws Exception {
        KeyPair keys = PrivateKeys.ec("secp256r1");
        String problem = "holds no private key, only a public key or a certificate";

        assertRefused(PrivateKeys.pem("PUBLIC KEY", keys.getPublic().getEncoded()), problem);
        assertRefused(PrivateKeys.pem("CERTIFICATE", new byte[] {1}), problem);
        assertRefused(
                PublicJsonWebKey.Factory.newPublicJwk(keys.getPublic()).toJson(),
                "holds a public JWK: use the private");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"})
    void halfAKeyIsRefused(String label) throws Exception {
        byte[] key = PrivateKeys.ec("secp256r1").getPrivate().getEncoded();

        assertRefused(PrivateKeys.pem(label, Arrays.copyOf(key, key.length / 2)), "holds a private key that cannot be");
        assertRefused(
                PrivateKeys.pem(label, new byte[] {0x30, (byte) 0x84, -1, -1, -1, -1}), "holds a private key that");
        assertRefused(
                "-----BEGIN %1$s-----\n=\n-----END %1$s-----".formatted(label), "holds a private key that cannot");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{", "{}", "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}", "{\"kty\":\"RSA\",\"n\":5}", "{\"keys\":[]}"})
    void whatIsNoPrivateJwkIsRefused(String json) {
        assertRefused(json, "is no JWK with a private key");
    }

    @ParameterizedTest
    @CsvSource({"'', is empty", "' \n', is empty", "hunter2, holds neither PEM nor a JWK"})
    void whatIsNoKeyAtAllIsRefused(String content, String problem) {
        assertRefused(content, problem);
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws IOException {
        assertRefused(directory.resolve("nowhere"), null, "does not exist: mount the client key there");
        assertRefused(directory, null, "cannot be read");
        assertRefused("x".repeat(MountedFile.MAX_BYTES + 1), "is larger than 16384 bytes");
        assertRefused(Files.write(directory.resolve("der"), new byte[] {0x30, (byte) 0x82}), null, "is no UTF-8 text");
    }

    private void assertReads(KeyPair keys, String content) {
        Key read = new PrivateKeyFile(file(content)).read(null).key();
        if (read instanceof ECPrivateKey ec) {
            // Two of them differ if one knows its public key.
            assertThat(ec.getS()).isEqualTo(((ECPrivateKey) keys.getPrivate()).getS());
        } else {
            assertThat(read).isEqualTo(keys.getPrivate());
        }
    }

    private void assertRefused(String content, String problem) {
        assertRefused(file(content), null, problem);
    }

    private static void assertRefused(Path file, @Nullable SigningAlgorithm algorithm, String problem) {
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

    /** What PKCS#8 has in its envelope is the older form; with keys of these sizes it begins at a fixed place. */
    private static byte[] after(int envelope, byte[] pkcs8) {
        return Arrays.copyOfRange(pkcs8, envelope, pkcs8.length);
    }

    /** As OpenSSL writes it (RFC 5915): with the curve, which the JDK leaves to the envelope, and the public key. */
    private static byte[] sec1(KeyPair keys, byte[] curve) {
        ECPublicKey open = (ECPublicKey) keys.getPublic();
        int size = (open.getParams().getOrder().bitLength() + 7) / 8;
        byte[] point = joined(
                new byte[] {0, 4},
                fixed(open.getW().getAffineX(), size),
                fixed(open.getW().getAffineY(), size));
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

package dev.tokensidecar.oauth2.keys;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.crypto.PrivateKeys;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsKeyPairTest {

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static Issued issued;

    @BeforeAll
    static void issue() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        issued = authority.issue("client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC"})
    void aKeyWithItsCertificateIsOfUse(String algorithm) throws Exception {
        Issued pair = authority.issue("pair-" + algorithm, algorithm);

        assertThatCode(() -> new TlsKeyPair(pair.key(), pair.certificate()).check())
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Ed25519", "Ed448"})
    void anEdwardsKeyBelongsInPkcs12(String algorithm) throws Exception {
        assertRejected(
                PrivateKeys.of(algorithm),
                "holds a key that cannot be used for TLS as PEM: use another kind of key, RSA or EC (P-256, P-384,"
                        + " P-521), or put an Ed25519 or Ed448 key into a PKCS#12 file (key-store.p12.path)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DSA", "RSASSA-PSS", "X25519"})
    void aKeyOfAnotherKindIsOfNoUse(String algorithm) throws Exception {
        assertRejected(
                PrivateKeys.of(algorithm),
                "holds a private key that cannot be used: store the whole key, as PKCS#8, PKCS#1 or SEC 1: RSA or EC"
                        + " (P-256, P-384, P-521)");
    }

    @Test
    void anEncryptedKeyIsOfNoUse() throws IOException {
        assertRejected(
                PrivateKeys.pem("ENCRYPTED PRIVATE KEY", new byte[] {1}),
                "holds an encrypted key: store the key without a passphrase");
    }

    @Test
    void aKeyOfAnotherCertificateIsOfNoUse() throws Exception {
        Path certificate = issued.certificate();
        String problem = "the client certificate file " + certificate
                + " holds the certificate of another key: store the two that belong together";

        for (String algorithm : new String[] {"RSA", "EC"}) {
            Path other = authority.issue(algorithm, algorithm).key();
            assertThatThrownBy(() -> new TlsKeyPair(other, certificate).check())
                    .isInstanceOf(Misconfigured.class)
                    .hasMessage(problem);
        }
    }

    @Test
    void aFileWithoutACertificateIsOfNoUse() {
        assertThatThrownBy(() -> new TlsKeyPair(issued.key(), issued.key()).check())
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("holds no PEM certificate: put the client's certificate into it");
    }

    private static void assertRejected(KeyPair keys, String problem) throws IOException {
        assertRejected(PrivateKeys.pem(keys), problem);
    }

    private static void assertRejected(String content, String problem) throws IOException {
        Path key = Files.writeString(directory.resolve("tls.key"), content);

        assertThatThrownBy(() -> new TlsKeyPair(key, issued.certificate()).check())
                .isInstanceOf(Misconfigured.class)
                .hasMessage("the client key file " + key + " " + problem);
    }
}

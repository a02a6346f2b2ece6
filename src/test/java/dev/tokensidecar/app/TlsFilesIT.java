package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificate files that change while the packaged application runs. */
@Timeout(120)
class TlsFilesIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;
    private CertificateAuthority right;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        testBed = new SidecarTestBed(directory, Path.of("target", "TlsFilesIT.log"), DemoOptions.defaults());
        right = CertificateAuthority.make(directory, "right");
        front = new TlsTerminator(testBed.server().port(), right.issue("server"));
        useEndpoint(front);
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal");
        testBed.set("QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS", trusted().toString());
    }

    private void useEndpoint(TlsTerminator endpoint) {
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                endpoint.uri("/token").toString());
    }

    private Path trusted() {
        return directory.resolve("trusted.pem");
    }

    @AfterEach
    void close() {
        front.close();
        testBed.close();
    }

    @Test
    void aReplacedCaIsTrustedWithoutARestart() throws Exception {
        Files.copy(CertificateAuthority.make(directory, "wrong").pem(), trusted());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("error=tls_failed");
            assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

            Files.copy(right.pem(), trusted(), StandardCopyOption.REPLACE_EXISTING);

            sidecar.awaitStarted();
            assertThat(testBed.apiAccepts(testBed.get(sidecar.api("/token")).body()))
                    .isTrue();
        }
    }

    @Test
    void anUnreadableFileIsReportedAndThePreviousOneStaysInForce() throws Exception {
        Files.copy(right.pem(), trusted());
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            Files.writeString(trusted(), "half a certif");

            String renewed = testBed.get(sidecar.api("/token?min_ttl=30")).body();

            assertThat(testBed.apiAccepts(renewed)).isTrue();
            assertThat(sidecar.log()).containsOnlyOnce("cannot read certificate files");
        }
    }

    @Test
    void aRenewedClientCertificateIsSentWithoutARestart() throws Exception {
        Files.copy(right.pem(), trusted());
        Issued first = right.issue("first");
        Issued second = right.issue("second");
        Path mounted = directory.resolve("mounted");
        swap(mounted, first);
        useClientCertificate(new Issued(mounted));
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (TlsTerminator demanding = new TlsTerminator(testBed.server().port(), right.issue("demanding"), right)) {
            useEndpoint(demanding);
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                swap(mounted, second);

                String renewed = testBed.get(sidecar.api("/token?min_ttl=30")).body();

                assertThat(testBed.apiAccepts(renewed)).isTrue();
                // on a busy machine, the start may need a second handshake
                assertThat(demanding.clients())
                        .containsOnly("CN=first", "CN=second")
                        .endsWith("CN=second");
            }
        }
    }

    @Test
    void aSelfSignedCertificateIsSentToAServerThatNamesItsOwnCa() throws Exception {
        Files.copy(right.pem(), trusted());
        useClientCertificate(right.selfSigned("alone"));
        try (TlsTerminator naming = TlsTerminator.acceptingAny(testBed.server().port(), right.issue("naming"), right)) {
            useEndpoint(naming);
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();

                assertThat(naming.clients()).containsExactly("CN=alone");
            }
        }
    }

    /** Vert.x reads no such key from PEM. */
    @Test
    void anEd25519KeyIsReadFromPkcs12() throws Exception {
        Files.copy(right.pem(), trusted());
        var unused = right.issue("edwards", "Ed25519");
        testBed.set("QUARKUS_TLS_INTERNAL_KEY_STORE_P12_PATH", right.store().toString());
        testBed.set("QUARKUS_TLS_INTERNAL_KEY_STORE_P12_PASSWORD", CertificateAuthority.PASSWORD);
        testBed.set("QUARKUS_TLS_INTERNAL_KEY_STORE_P12_ALIAS", "edwards");
        testBed.set("QUARKUS_TLS_INTERNAL_KEY_STORE_P12_ALIAS_PASSWORD", CertificateAuthority.PASSWORD);
        useMutualTls();
        try (TlsTerminator demanding = new TlsTerminator(testBed.server().port(), right.issue("demanding"), right)) {
            useEndpoint(demanding);
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();

                assertThat(demanding.clients()).containsOnly("CN=edwards");
            }
        }
    }

    private void useClientCertificate(Issued certificate) {
        testBed.set(
                "QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_CERT",
                certificate.certificate().toString());
        testBed.set(
                "QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_KEY",
                certificate.key().toString());
        useMutualTls();
    }

    private void useMutualTls() {
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "tls_client_auth");
        testBed.set("SIDECAR_TOKEN_CLIENT_ID", DemoOptions.PUBLIC_CLIENT_ID);
        testBed.set("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "");
        var unused = testBed.write("seed", testBed.server().newSession(DemoOptions.PUBLIC_CLIENT_ID));
    }

    /** Replaces the files as the kubelet does: readers see either certificate together with its own key. */
    private void swap(Path mounted, Issued issued) throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("next"), issued.directory());
        Files.move(link, mounted, StandardCopyOption.ATOMIC_MOVE);
    }
}

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

/** Certificates that are replaced on the disk while the packaged application runs. */
@Timeout(120)
class TlsFilesIT {

    @TempDir
    Path directory;

    private SidecarTestBed stage;
    private CertificateAuthority right;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        stage = new SidecarTestBed(directory, Path.of("target", "TlsFilesIT.log"), DemoOptions.defaults());
        right = CertificateAuthority.make(directory, "right");
        front = new TlsTerminator(stage.server().port(), right.issue("server"));
        use(front);
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal");
        stage.set("QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS", trusted().toString());
    }

    private void use(TlsTerminator endpoint) {
        stage.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                endpoint.uri("/token").toString());
    }

    private Path trusted() {
        return directory.resolve("trusted.pem");
    }

    @AfterEach
    void close() {
        front.close();
        stage.close();
    }

    @Test
    void anotherCaIsTrustedWithoutARestart() throws Exception {
        Files.copy(CertificateAuthority.make(directory, "wrong").pem(), trusted());
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitLog("error=tls_failed");
            assertThat(stage.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

            Files.copy(right.pem(), trusted(), StandardCopyOption.REPLACE_EXISTING);

            sidecar.awaitStarted();
            assertThat(stage.works(stage.get(sidecar.api("/token")).body())).isTrue();
        }
    }

    @Test
    void aFileThatCannotBeReadLeavesTheFormerOneInForceAndIsTold() throws Exception {
        Files.copy(right.pem(), trusted());
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            Files.writeString(trusted(), "half a certif");

            String renewed = stage.get(sidecar.api("/token?min_ttl=30")).body();

            assertThat(stage.works(renewed)).isTrue();
            assertThat(sidecar.log()).containsOnlyOnce("cannot read certificate files");
        }
    }

    @Test
    void aRenewedClientCertificateIsShownWithoutARestart() throws Exception {
        Files.copy(right.pem(), trusted());
        Issued first = right.issue("first");
        Issued second = right.issue("second");
        Path mounted = directory.resolve("mounted");
        swap(mounted, first);
        show(new Issued(mounted));
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (TlsTerminator demanding = new TlsTerminator(stage.server().port(), right.issue("demanding"), right)) {
            use(demanding);
            try (SidecarProcess sidecar = stage.start()) {
                sidecar.awaitStarted();
                swap(mounted, second);

                String renewed = stage.get(sidecar.api("/token?min_ttl=30")).body();

                assertThat(stage.works(renewed)).isTrue();
                assertThat(demanding.clients()).containsExactly("CN=first", "CN=second");
            }
        }
    }

    @Test
    void aSelfSignedCertificateIsShownToAServerThatNamesItsOwnCa() throws Exception {
        Files.copy(right.pem(), trusted());
        show(right.selfSigned("alone"));
        try (TlsTerminator naming = TlsTerminator.takingAny(stage.server().port(), right.issue("naming"), right)) {
            use(naming);
            try (SidecarProcess sidecar = stage.start()) {
                sidecar.awaitStarted();

                assertThat(naming.clients()).containsExactly("CN=alone");
            }
        }
    }

    private void show(Issued certificate) {
        stage.set(
                "QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_CERT",
                certificate.certificate().toString());
        stage.set(
                "QUARKUS_TLS_INTERNAL_KEY_STORE_PEM_CLIENT_KEY",
                certificate.key().toString());
        stage.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "tls_client_auth");
        stage.set("SIDECAR_TOKEN_CLIENT_ID", DemoOptions.PUBLIC_CLIENT_ID);
        stage.set("SIDECAR_TOKEN_CLIENT_SECRET_FILE", "");
        var unused = stage.write("seed", stage.server().newSession(DemoOptions.PUBLIC_CLIENT_ID));
    }

    /** As the kubelet does it: readers see certificate and key of the one or of the other. */
    private void swap(Path mounted, Issued issued) throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("next"), issued.directory());
        Files.move(link, mounted, StandardCopyOption.ATOMIC_MOVE);
    }
}

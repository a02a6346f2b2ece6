package dev.tokensidecar.faults;

import dev.tokensidecar.faults.NetworkTrial.Symptom;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that cannot show who they are: they get no credentials. */
@Timeout(120)
class TlsFaultIT {

    @TempDir
    Path directory;

    private NetworkTrial trial;
    private CertificateAuthority trusted;
    private Issued right;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        trial = new NetworkTrial(directory, TlsFaultIT.class);
        trusted = CertificateAuthority.make(directory, "trusted");
        right = trusted.issue("right");
        front = new TlsTerminator(trial.testBed().server().port(), right);
        // A handshake is slow in a young process.
        trial.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "5s");
        trial.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "10s");
        trial.use(front.uri("/token"));
        trial.testBed().set("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", trusted.pem().toString());
    }

    @AfterEach
    void close() {
        front.close();
        trial.close();
    }

    @Test
    void anExpiredCertificateIsRefusedUntilItIsRenewed() throws Exception {
        assertRefused(trusted.issueExpired("expired"), "NotAfter");
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRefusedUntilItIsReplaced() throws Exception {
        Issued unknown = CertificateAuthority.make(directory, "unknown").issue("stranger");

        assertRefused(unknown, "unable to find valid certification path");
    }

    private void assertRefused(Issued wrong, String detail) throws Exception {
        trial.run(() -> front.show(wrong), () -> front.show(right), Symptom.unavailable("tls_failed", detail));

        trial.assertNothingArrivedInVain();
    }
}

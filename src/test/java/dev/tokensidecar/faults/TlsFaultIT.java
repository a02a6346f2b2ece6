package dev.tokensidecar.faults;

import dev.tokensidecar.faults.NetworkFaultScenario.Symptom;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers without a valid certificate get no credentials. */
@Timeout(120)
class TlsFaultIT {

    @TempDir
    Path directory;

    private NetworkFaultScenario scenario;
    private CertificateAuthority trusted;
    private Issued valid;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        scenario = new NetworkFaultScenario(directory, TlsFaultIT.class);
        trusted = CertificateAuthority.make(directory, "trusted");
        valid = trusted.issue("right");
        front = new TlsTerminator(scenario.testBed().server().port(), valid);
        // handshakes are slow in a process that has just started
        scenario.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "5s");
        scenario.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "10s");
        scenario.useTokenEndpoint(front.uri("/token"));
        scenario.testBed()
                .set("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", trusted.pem().toString());
    }

    @AfterEach
    void close() {
        front.close();
        scenario.close();
    }

    @Test
    void anExpiredCertificateIsRejectedUntilItIsRenewed() throws Exception {
        assertRejected(trusted.issueExpired("expired"), "NotAfter");
    }

    @Test
    void aCertificateOfAnUnknownCaIsRejectedUntilItIsReplaced() throws Exception {
        Issued unknown = CertificateAuthority.make(directory, "unknown").issue("stranger");

        assertRejected(unknown, "unable to find valid certification path");
    }

    private void assertRejected(Issued invalid, String detail) throws Exception {
        scenario.run(() -> front.show(invalid), () -> front.show(valid), Symptom.unavailable("tls_failed", detail));

        scenario.assertNoAbandonedRequestArrived();
    }
}

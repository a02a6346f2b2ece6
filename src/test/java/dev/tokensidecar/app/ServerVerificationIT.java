package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.TlsTerminator;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application reports how far it verifies the identity of servers. */
@Timeout(120)
class ServerVerificationIT {

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @SuppressWarnings("NullAway.Init")
    private TlsTerminator front;

    @SuppressWarnings("NullAway.Init")
    private CertificateAuthority authority;

    private String log = "";

    @BeforeEach
    void open() throws Exception {
        testBed = new SidecarTestBed(directory, Path.of("target", "ServerVerificationIT.log"), DemoOptions.defaults());
        authority = CertificateAuthority.make(directory, "authority");
        front = new TlsTerminator(testBed.server().port(), authority.issue("another name"));
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                front.uri("/token").toString());
        testBed.set("SIDECAR_FORWARD_API_TARGET", front.uri("/").toString());
        testBed.set("SIDECAR_FORWARD_API_PORT", Integer.toString(ChildProcess.freePort()));
        testBed.set("SIDECAR_INTROSPECTION_SHOP_ISSUER", front.uri("").toString());
        testBed.set("SIDECAR_INTROSPECTION_SHOP_AUDIENCE", "orders");
    }

    @AfterEach
    void close() {
        front.close();
        testBed.close();
    }

    private void assertReported(String token, String issuer, String forward) throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            JsonObject status = new JsonObject(testBed.get(sidecar.api("/status"), Map.of("Accept", "application/json"))
                    .body());

            assertThat(status.getJsonArray("tokens").getJsonObject(0).getString("server_verification"))
                    .isEqualTo(token);
            assertThat(status.getJsonArray("issuers").getJsonObject(0).getString("server_verification"))
                    .isEqualTo(issuer);
            assertThat(status.getJsonArray("forwards").getJsonObject(0))
                    .isEqualTo(new JsonObject().put("name", "api").put("server_verification", forward));
            log = sidecar.log();
        }
    }

    @Test
    void fullVerificationNeedsNoWarning() throws Exception {
        testBed.set("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", authority.pem().toString());

        assertReported("full", "full", "full");

        assertThat(log).doesNotContain("TLS accepts any certificate").doesNotContain("TLS does not verify host names");
    }

    @Test
    void trustAllIsReported() throws Exception {
        testBed.set("QUARKUS_TLS_TRUST_ALL", "true");

        assertReported("none", "none", "none");

        assertThat(log)
                .contains("TLS accepts any certificate, anyone on the network path can read the traffic token=default"
                        + " key=quarkus.tls.trust-all cure=")
                .contains("can read the traffic forward=api key=quarkus.tls.trust-all cure=")
                .contains("can read the traffic introspection=shop key=quarkus.tls.trust-all cure=");
    }

    @Test
    void unverifiedHostNamesAreReportedForTheUsersOfThatTlsConfiguration() throws Exception {
        testBed.set("QUARKUS_TLS_LAX_TRUST_STORE_PEM_CERTS", authority.pem().toString());
        testBed.set("QUARKUS_TLS_LAX_HOSTNAME_VERIFICATION_ALGORITHM", "NONE");
        testBed.set("SIDECAR_FORWARD_API_TLS_CONFIGURATION_NAME", "lax");
        testBed.set("SIDECAR_INTROSPECTION_SHOP_KEYS_TLS_CONFIGURATION_NAME", "lax");

        assertReported("full", "chain_only", "chain_only");

        assertThat(log)
                .contains("TLS does not verify host names, anyone on the network path with a trusted certificate"
                        + " can read the traffic forward=api key=quarkus.tls.lax.hostname-verification-algorithm cure=")
                .contains(
                        "can read the traffic introspection=shop key=quarkus.tls.lax.hostname-verification-algorithm cure=")
                .doesNotContain("can read the traffic token=");
    }
}

package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.CertificateBoundServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens that are bound to the client certificate (RFC 8705 section 3), with the packaged application. */
@Timeout(120)
class CertificateBoundIT {

    private final int port = ChildProcess.freePort();

    @TempDir
    Path directory;

    /**
     * After the renewal the token endpoint sees the new certificate first. The API still has a connection with the earlier one,
     * and rejects the token.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRoutePresentsTheCertificateOfItsTokenAlsoAfterARenewal(boolean http2) throws Exception {
        CertificateAuthority authority = CertificateAuthority.make(directory, "authority");
        Path mounted = directory.resolve("mounted");
        swap(mounted, authority.issue("first"));
        Path log = Path.of("target", "CertificateBoundIT-" + http2 + ".log");
        try (SidecarTestBed testBed = new SidecarTestBed(directory, log, DemoOptions.defaults());
                CertificateBoundServer server =
                        new CertificateBoundServer(authority.issue("server"), authority, http2)) {
            configure(testBed, server, authority, new Issued(mounted));
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                assertThat(call(testBed).body()).isEqualTo("bound-1");

                swap(mounted, authority.issue("second"));
                assertThat(testBed.get(sidecar.api("/token?min_ttl=599")).body())
                        .isEqualTo("bound-2");

                assertThat(call(testBed).statusCode()).isEqualTo(200);
                assertThat(server.apiStatuses()).containsExactly(200, 401, 200);
                assertThat(call(testBed).statusCode()).isEqualTo(200);
                assertThat(server.issued()).isEqualTo(3);
            }
        }
    }

    private HttpResponse<String> call(SidecarTestBed testBed) {
        return testBed.get(URI.create("http://127.0.0.1:" + port + "/api"));
    }

    private void configure(
            SidecarTestBed testBed, CertificateBoundServer server, CertificateAuthority authority, Issued certificate) {
        testBed.withoutToken();
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                server.uri("/token").toString());
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "client");
        testBed.set("SIDECAR_TOKEN_CLIENT_ID", "app");
        testBed.set("SIDECAR_TOKEN_CLIENT_AUTHENTICATION_METHOD", "tls_client_auth");
        testBed.set("SIDECAR_TOKEN_GRANT_TYPE", "client_credentials");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        testBed.set("SIDECAR_FORWARD_API_TARGET", server.uri("").toString());
        testBed.set("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
        testBed.set("SIDECAR_FORWARD_API_TLS_CONFIGURATION_NAME", "client");
        testBed.set("QUARKUS_TLS_CLIENT_TRUST_STORE_PEM_CERTS", authority.pem().toString());
        testBed.set(
                "QUARKUS_TLS_CLIENT_KEY_STORE_PEM_OWN_CERT",
                certificate.certificate().toString());
        testBed.set(
                "QUARKUS_TLS_CLIENT_KEY_STORE_PEM_OWN_KEY", certificate.key().toString());
    }

    /** Replaces the files as the kubelet does: readers see either certificate together with its own key. */
    private void swap(Path mounted, Issued issued) throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("next"), issued.directory());
        Files.move(link, mounted, StandardCopyOption.ATOMIC_MOVE);
    }
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.Squid;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application behind a real proxy. Only the proxy knows the addresses of the servers. */
@Timeout(120)
class SquidIT {

    private static final String AUTHORIZATION_SERVER = "as.example";
    private static final String API = "api.example";

    @TempDir
    Path directory;

    @TempDir
    Path ofProxy;

    private final int forwarding = ChildProcess.freePort();

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @SuppressWarnings("NullAway.Init")
    private Squid squid;

    @SuppressWarnings("NullAway.Init")
    private CertificateAuthority authority;

    @SuppressWarnings("NullAway.Init")
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        testBed = new SidecarTestBed(directory, Path.of("target", "SquidIT.log"), DemoOptions.defaults());
        authority = CertificateAuthority.make(directory, "authority");
        front = new TlsTerminator(testBed.server().port(), authority.issue(AUTHORIZATION_SERVER));
        squid = new Squid(ofProxy, List.of(AUTHORIZATION_SERVER, API));
        testBed.set(
                "SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT",
                "https://" + AUTHORIZATION_SERVER + ":" + front.uri("/").getPort() + "/token");
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal");
        testBed.set(
                "QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS", authority.pem().toString());
    }

    @AfterEach
    void close() {
        squid.close();
        front.close();
        testBed.close();
    }

    private String tunnel() {
        return "CONNECT " + AUTHORIZATION_SERVER + ":" + front.uri("/").getPort();
    }

    @Test
    void theEnvironmentNamesTheProxyAndItsCredentials() throws Exception {
        testBed.set("HTTPS_PROXY", "http://orders:p%3Ass@127.0.0.1:" + squid.port());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(testBed.apiAccepts(testBed.get(sidecar.api("/token")).body()))
                    .isTrue();
            squid.awaitAccess("TCP_TUNNEL/200", tunnel(), "orders");
        }
    }

    @Test
    void replacedCredentialsAreUsedWithoutARestart() throws Exception {
        Path credentials = Path.of(testBed.write("proxy-credentials", "orders:wrong"));
        testBed.set("SIDECAR_PROXY_URL", "http://127.0.0.1:" + squid.port());
        testBed.set("SIDECAR_PROXY_CREDENTIALS_FILE", credentials.toString());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("the proxy rejected the credentials (407)");
            assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

            Files.writeString(credentials, Squid.CREDENTIALS);

            sidecar.awaitStarted();
            squid.awaitAccess("TCP_TUNNEL/200", tunnel(), "orders");
            assertThat(sidecar.log()).doesNotContain("orders:", "p:ss");
        }
    }

    @Test
    void apisAreReachedThroughTheProxyToo() throws Exception {
        String plain = API + ":" + testBed.server().port();
        testBed.set("SIDECAR_PROXY_URL", "http://127.0.0.1:" + squid.port());
        testBed.set("SIDECAR_PROXY_CREDENTIALS_FILE", testBed.write("proxy-credentials", Squid.CREDENTIALS));
        testBed.set("SIDECAR_FORWARD_PLAIN_TARGET", "http://" + plain);
        testBed.set("SIDECAR_FORWARD_PLAIN_PORT", Integer.toString(forwarding));
        testBed.set("SIDECAR_FORWARD_PLAIN_LISTEN_PATH", "/plain");
        try (TlsTerminator secure = new TlsTerminator(testBed.server().port(), authority.issue(API))) {
            String encrypted = API + ":" + secure.uri("/").getPort();
            testBed.set("SIDECAR_FORWARD_SECURE_TARGET", "https://" + encrypted);
            testBed.set("SIDECAR_FORWARD_SECURE_PORT", Integer.toString(forwarding));
            testBed.set("SIDECAR_FORWARD_SECURE_LISTEN_PATH", "/secure");
            testBed.set("SIDECAR_FORWARD_SECURE_TLS_CONFIGURATION_NAME", "internal");
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();

                for (String route : List.of("/plain", "/secure")) {
                    assertThat(testBed.get(forwarded(route), Map.of()).body()).contains("\"sub\"");
                }

                squid.awaitAccess("GET http://" + plain + "/api", "orders");
                squid.awaitAccess("TCP_TUNNEL/200", "CONNECT " + encrypted, "orders");
            }
        }
    }

    private URI forwarded(String route) {
        return URI.create("http://127.0.0.1:" + forwarding + route + "/api");
    }
}

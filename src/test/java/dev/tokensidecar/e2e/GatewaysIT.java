package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.Gateway;
import dev.tokensidecar.testing.server.Gateway.Kind;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real gateways get the token from the packaged application by a subrequest, and add it to what they forward. */
@Timeout(120)
class GatewaysIT {

    @TempDir
    Path directory;

    private final int port = ChildProcess.freePort();

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "GatewaysIT.log"), DemoOptions.defaults());
        testBed.set("SIDECAR_AUTHORIZE_PORT", Integer.toString(port));
        testBed.set("SIDECAR_AUTHORIZE_CALLER_SECRET_FILE", testBed.write("gateway-secret", Gateway.SECRET));
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private Gateway gateway(Kind kind) throws Exception {
        return new Gateway(
                kind,
                Files.createDirectories(directory.resolve("gateway")),
                port,
                testBed.server().port());
    }

    /** What a request from anywhere may have. */
    private HttpResponse<String> call(Gateway gateway) {
        return testBed.get(
                gateway.uri("/api?user=anna"),
                Map.of(
                        "Authorization", "Bearer of-a-stranger",
                        "X-Sidecar-Secret", "guessed",
                        "X-Forwarded-For", "203.0.113.7",
                        "Origin", "https://shop.example.com"));
    }

    @ParameterizedTest
    @EnumSource(names = "ENVOY_CREDENTIAL_INJECTOR", mode = EnumSource.Mode.EXCLUDE)
    void theApiGetsTheToken(Kind kind) throws Exception {
        try (SidecarProcess sidecar = testBed.start();
                Gateway gateway = gateway(kind)) {
            sidecar.awaitStarted();

            HttpResponse<String> response = call(gateway);

            assertThat(response.statusCode()).as(gateway.log()).isEqualTo(200);
            assertThat(response.body()).contains("\"sub\"");
            assertThat(response.headers().firstValue("Authorization")).isEmpty();
        }
    }

    /** The other API has a certificate of the same authority, for another host. */
    @ParameterizedTest
    @EnumSource(names = "ENVOY_CREDENTIAL_INJECTOR", mode = EnumSource.Mode.EXCLUDE)
    void overTlsTheTokenGoesToTheApiOnly(Kind kind) throws Exception {
        CertificateAuthority authority = CertificateAuthority.make(directory, "authority");
        int target = testBed.server().port();
        try (SidecarProcess sidecar = testBed.start();
                TlsTerminator api = new TlsTerminator(
                        target, authority.issueForHosts("api", List.of("localhost", "api.example.com")));
                TlsTerminator other =
                        new TlsTerminator(target, authority.issueForHosts("other", List.of("other.example.com")));
                Gateway right = overTls(kind, "right", api, authority);
                Gateway wrong = overTls(kind, "wrong", other, authority)) {
            sidecar.awaitStarted();

            assertThat(call(right).statusCode()).as(right.log()).isEqualTo(200);
            assertThat(call(wrong).statusCode()).as(wrong.log()).isBetween(500, 503);
        }
    }

    private Gateway overTls(Kind kind, String name, TlsTerminator api, CertificateAuthority authority)
            throws Exception {
        return Gateway.overTls(
                kind,
                Files.createDirectories(directory.resolve(name)),
                port,
                api.uri("/").getPort(),
                authority.pem());
    }

    @ParameterizedTest
    @EnumSource(names = "ENVOY_CREDENTIAL_INJECTOR", mode = EnumSource.Mode.EXCLUDE)
    void withoutATokenTheApiIsNotCalledAndNobodyLearnsWhy(Kind kind) throws Exception {
        testBed.server().faults().always(Fault.status(503));
        try (SidecarProcess sidecar = testBed.start();
                Gateway gateway = gateway(kind)) {
            sidecar.awaitLive();
            sidecar.awaitLog("refresh failed");

            HttpResponse<String> response = call(gateway);

            assertThat(response.statusCode()).as(gateway.log()).isEqualTo(503);
            if (kind == Kind.NGINX) {
                assertThat(response.headers().firstValue("Retry-After")).isPresent();
            }
            assertThat(response.body()).doesNotContain("authorization server", "temporarily_unavailable");
        }
    }

    @ParameterizedTest
    @EnumSource(names = "ENVOY_CREDENTIAL_INJECTOR", mode = EnumSource.Mode.EXCLUDE)
    void aWrongSecretGetsNoToken(Kind kind) throws Exception {
        var unused = testBed.write("gateway-secret", "another secret");
        try (SidecarProcess sidecar = testBed.start();
                Gateway gateway = gateway(kind)) {
            sidecar.awaitStarted();

            assertThat(call(gateway).statusCode()).as(gateway.log()).isIn(403, 503);
        }
    }
}

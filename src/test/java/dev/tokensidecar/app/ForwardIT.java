package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Forwarding mode of the packaged application, with the API of the demo server. */
@Timeout(120)
class ForwardIT {

    private final int port = ChildProcess.freePort();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "ForwardIT.log"),
                DemoOptions.builder().build());
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("SIDECAR_FORWARD_API_TARGET", testBed.server().issuer());
        testBed.set("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private URI forwarded(String host, String path) {
        return URI.create("http://" + host + ":" + port + path);
    }

    @Test
    void forwardedRequestsSucceedBeforeAndAfterARevocation() throws Exception {
        testBed.set("SIDECAR_GUARD_REQUIRED_HEADER", "Metadata: true");
        Map<String, String> metadata = Map.of("Metadata", "true");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            for (String host : new String[] {"127.0.0.1", "localhost", "[::1]"}) {
                assertThat(testBed.get(forwarded(host, "/api"), metadata).body())
                        .contains("\"sub\"");
            }
            assertThat(testBed.get(forwarded("127.0.0.1", "/api"), Map.of()).statusCode())
                    .as("the guard checks forwarded requests too")
                    .isEqualTo(403);

            testBed.server().revokeAccessTokens();
            assertThat(testBed.get(forwarded("127.0.0.1", "/api"), metadata).statusCode())
                    .isEqualTo(200);

            String metrics = testBed.get(sidecar.management("/q/metrics")).body();
            assertThat(metrics)
                    .contains("forwarded_total{forward=\"api\",outcome=\"answered\",} 3.0")
                    .contains("forwarded_total{forward=\"api\",outcome=\"repeated\",} 1.0")
                    .contains("forwarding{forward=\"api\",} 0.0");
            assertThat(sidecar.log() + metrics)
                    .doesNotContain(testBed.server().accessTokens().keySet());
        }
    }

    @Test
    void anApiOfAPrivateCaIsReachedOverHttp2AndOnlyWithItsTrustStore() throws Exception {
        CertificateAuthority authority = CertificateAuthority.make(directory, "authority");
        Vertx vertx = Vertx.vertx();
        try {
            int api = vertx.createHttpServer(new HttpServerOptions()
                            .setSsl(true)
                            .setUseAlpn(true)
                            .setKeyCertOptions(authority.issue("api.example").options()))
                    .requestHandler(request -> request.response()
                            .end(request.version() + " " + request.headers().contains("Authorization")))
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            int other = ChildProcess.freePort();
            testBed.set("SIDECAR_FORWARD_API_TARGET", "https://127.0.0.1:" + api);
            testBed.set("SIDECAR_FORWARD_API_TLS_CONFIGURATION_NAME", "internal");
            testBed.set(
                    "QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS",
                    authority.pem().toString());
            testBed.set("SIDECAR_FORWARD_WARY_TARGET", "https://127.0.0.1:" + api);
            testBed.set("SIDECAR_FORWARD_WARY_PORT", Integer.toString(other));
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();

                assertThat(testBed.get(forwarded("127.0.0.1", "/x")).body()).isEqualTo("HTTP_2 true");
                HttpResponse<String> refused = testBed.get(URI.create("http://127.0.0.1:" + other + "/x"));
                assertThat(refused.statusCode()).isEqualTo(502);
                assertThat(refused.body()).contains("a certificate that is not trusted");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aPortInUseStopsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                SidecarProcess sidecar = testBed.start()) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(sidecar.log())
                    .contains("sidecar.forward.*.port: 127.0.0.1:" + taken.getLocalPort() + " cannot be opened");
        }
    }

    @Test
    void aRequestInFlightCompletesBeforeShutdown() throws Exception {
        Vertx vertx = Vertx.vertx();
        CompletableFuture<HttpServerRequest> arrived = new CompletableFuture<>();
        try {
            int api = vertx.createHttpServer()
                    .requestHandler(arrived::complete)
                    .listen(0, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .actualPort();
            testBed.set("SIDECAR_FORWARD_API_TARGET", "http://127.0.0.1:" + api);
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                CompletableFuture<HttpResponse<String>> response = testBed.getAsync(forwarded("127.0.0.1", "/slow"));
                HttpServerRequest request = arrived.get(20, TimeUnit.SECONDS);

                sidecar.terminate();
                sidecar.awaitLog("shutting down");
                var unused = request.response().end("done");

                assertThat(SidecarTestBed.await(response).body()).isEqualTo("done");
                assertThat(sidecar.awaitExit()).isZero();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}

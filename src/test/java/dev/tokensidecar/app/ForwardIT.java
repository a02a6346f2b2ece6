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

/** Forwarding mode of the packaged application, before the demo's API. */
@Timeout(120)
class ForwardIT {

    private final int port = ChildProcess.freePort();

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed stage;

    @BeforeEach
    void open() {
        stage = new SidecarTestBed(
                directory,
                Path.of("target", "ForwardIT.log"),
                DemoOptions.builder().build());
        stage.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        stage.set("SIDECAR_FORWARD_API_TARGET", stage.server().issuer());
        stage.set("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private URI forwarded(String host, String path) {
        return URI.create("http://" + host + ":" + port + path);
    }

    @Test
    void anApplicationWithoutATokenIsServedBeforeAndAfterARevocation() throws Exception {
        stage.set("SIDECAR_GUARD_REQUIRED_HEADER", "Metadata: true");
        Map<String, String> metadata = Map.of("Metadata", "true");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            for (String host : new String[] {"127.0.0.1", "localhost", "[::1]"}) {
                assertThat(stage.get(forwarded(host, "/api"), metadata).body()).contains("\"sub\"");
            }
            assertThat(stage.get(forwarded("127.0.0.1", "/api"), Map.of()).statusCode())
                    .as("the guard stands here too")
                    .isEqualTo(403);

            stage.server().revokeAccessTokens();
            assertThat(stage.get(forwarded("127.0.0.1", "/api"), metadata).statusCode())
                    .isEqualTo(200);

            String metrics = stage.get(sidecar.management("/q/metrics")).body();
            assertThat(metrics)
                    .contains("forwarded_total{forward=\"api\",outcome=\"answered\",} 3.0")
                    .contains("forwarded_total{forward=\"api\",outcome=\"repeated\",} 1.0")
                    .contains("forwarding{forward=\"api\",} 0.0");
            assertThat(sidecar.log() + metrics)
                    .doesNotContain(stage.server().accessTokens().keySet());
        }
    }

    @Test
    void anApiOfAPrivateCaIsReachedByHttp2AndNoOtherIsTrusted() throws Exception {
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
            stage.set("SIDECAR_FORWARD_API_TARGET", "https://127.0.0.1:" + api);
            stage.set("SIDECAR_FORWARD_API_TLS_CONFIGURATION_NAME", "internal");
            stage.set(
                    "QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS",
                    authority.pem().toString());
            stage.set("SIDECAR_FORWARD_WARY_TARGET", "https://127.0.0.1:" + api);
            stage.set("SIDECAR_FORWARD_WARY_PORT", Integer.toString(other));
            try (SidecarProcess sidecar = stage.start()) {
                sidecar.awaitStarted();

                assertThat(stage.get(forwarded("127.0.0.1", "/x")).body()).isEqualTo("HTTP_2 true");
                HttpResponse<String> refused = stage.get(URI.create("http://127.0.0.1:" + other + "/x"));
                assertThat(refused.statusCode()).isEqualTo(502);
                assertThat(refused.body()).contains("a certificate that is not trusted");
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aPortThatIsTakenStopsTheStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                SidecarProcess sidecar = stage.start()) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(sidecar.log())
                    .contains("sidecar.forward.*.port: 127.0.0.1:" + taken.getLocalPort() + " cannot be opened");
        }
    }

    @Test
    void aRequestOnItsWayIsAnsweredBeforeTheEnd() throws Exception {
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
            stage.set("SIDECAR_FORWARD_API_TARGET", "http://127.0.0.1:" + api);
            try (SidecarProcess sidecar = stage.start()) {
                sidecar.awaitStarted();
                CompletableFuture<HttpResponse<String>> answer = stage.ask(forwarded("127.0.0.1", "/slow"));
                HttpServerRequest request = arrived.get(20, TimeUnit.SECONDS);

                sidecar.terminate();
                sidecar.awaitLog("shutting down");
                var unused = request.response().end("done");

                assertThat(SidecarTestBed.answer(answer).body()).isEqualTo("done");
                assertThat(sidecar.awaitExit()).isZero();
            }
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}

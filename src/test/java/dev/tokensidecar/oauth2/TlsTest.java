package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.token.RefreshFailure;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.http.HttpServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private static Vertx vertx;
    private static HttpServer server;
    private static CertificateAuthority authority;

    @BeforeAll
    static void startServer() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        vertx = Vertx.vertx();
        server = vertx.createHttpServer(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(authority.issue("as.example").options()));
        server.requestHandler(request -> request.response().endAndForget("{}"));
        server.listenAndAwait(0, "127.0.0.1");
    }

    @AfterAll
    static void stopServer() {
        vertx.closeAndAwait();
    }

    @Test
    void aTrustedServerResponds() {
        HttpTransport trusting = transport(new HttpClientOptions().setTrustOptions(authority.trust()));

        assertThat(trusting.get(uri("127.0.0.1")).await().atMost(TIMEOUT).status())
                .isEqualTo(200);
    }

    @Test
    void anUntrustedServerIsNotInDoubt() {
        RefreshFailure failure = failure(transport(new HttpClientOptions()), uri("127.0.0.1"));

        assertThat(failure.error()).isEqualTo("tls_failed");
        assertThat(failure.inDoubt()).isFalse();
        assertThat(failure.detail()).contains("unable to find valid certification path");
    }

    @Test
    void aCertificateForAnotherHostIsNotAccepted() {
        HttpTransport trusting = transport(new HttpClientOptions().setTrustOptions(authority.trust()));

        RefreshFailure failure = failure(trusting, uri("localhost"));

        assertThat(failure.error()).isEqualTo("tls_failed");
        assertThat(failure.inDoubt()).isFalse();
    }

    private static URI uri(String host) {
        return URI.create("https://" + host + ":" + server.actualPort() + "/");
    }

    private static HttpTransport transport(HttpClientOptions options) {
        return new HttpTransport(
                vertx,
                Runnable::run,
                () -> options,
                ProxyRules.DIRECT,
                new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));
    }

    private static RefreshFailure failure(HttpTransport transport, URI uri) {
        return (RefreshFailure) transport
                .get(uri)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
    }
}

package dev.tokensidecar.app;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.crypto.CertificateAuthority.Issued;
import dev.tokensidecar.testing.server.TlsTerminator;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Client certificates for a server that accepts them although it names another issuer (RFC 8705 section 2.2). */
@Timeout(60)
class AlwaysPresentedCertificateTest {

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private CertificateAuthority named;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        named = CertificateAuthority.make(directory, "named");
        HttpServer server = await(vertx.createHttpServer()
                .requestHandler(request -> request.response().end())
                .listen(0, "127.0.0.1"));
        front = TlsTerminator.acceptingAny(server.actualPort(), named.issue("server"), named);
    }

    @AfterEach
    void close() throws Exception {
        front.close();
        var unused = await(vertx.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSelfSignedCertificateIsSent(String protocol) throws Exception {
        Issued alone = named.selfSigned("alone");

        assertThat(get(alone.options(), protocol).statusCode()).isEqualTo(200);

        assertThat(front.clients()).containsExactly("CN=alone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCertificateOfAnotherIssuerIsSent(String protocol) throws Exception {
        Issued foreign = CertificateAuthority.make(directory, "other").issue("foreign");

        assertThat(get(foreign.options(), protocol).statusCode()).isEqualTo(200);

        assertThat(front.clients()).containsExactly("CN=foreign");
    }

    private HttpResponse<Buffer> get(KeyCertOptions certificate, String protocol) throws Exception {
        WebClientOptions options = new WebClientOptions()
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of(protocol))
                .setTrustOptions(named.trust())
                .setKeyCertOptions(new AlwaysPresentedCertificate(certificate));
        return await(WebClient.create(vertx, options)
                .getAbs(front.uri("/").toString())
                .send());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    }
}

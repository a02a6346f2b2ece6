package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientIdOnly;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.server.TlsTerminator;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that authenticates clients by their certificates (RFC 8705 section 2). */
@Timeout(60)
class MutualTlsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final DemoAuthorizationServer server =
            DemoAuthorizationServer.start(vertx.getDelegate(), DemoOptions.defaults());
    private CertificateAuthority authority;
    private TlsTerminator front;

    @BeforeEach
    void open() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        front = new TlsTerminator(server.port(), authority.issue("server"), authority);
    }

    @AfterEach
    void close() {
        front.close();
        server.close();
        vertx.closeAndAwait();
    }

    @Test
    void theCertificateIsPresentedAndTheBodyHasOnlyTheClientId() throws Exception {
        HttpClientOptions withCertificate =
                trusting().setKeyCertOptions(authority.issue("app").options());

        assertThat(request(withCertificate).await().atMost(TIMEOUT)).isNotNull();

        assertThat(front.clients()).containsExactly("CN=app");
        assertThat(server.requests().getFirst().form())
                .containsOnlyKeys("grant_type", "refresh_token", "client_id")
                .containsEntry("client_id", DemoOptions.PUBLIC_CLIENT_ID);
    }

    @Test
    void aClientWithoutACertificateFails() {
        RefreshFailure failure = (RefreshFailure) request(trusting())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();

        assertThat(failure).isInstanceOf(RefreshFailure.Unavailable.class);
        assertThat(server.requests()).isEmpty();
    }

    private HttpClientOptions trusting() {
        return new HttpClientOptions().setTrustOptions(authority.trust());
    }

    private Uni<SuccessfulResponse> request(HttpClientOptions options) {
        String session = server.newSession(DemoOptions.PUBLIC_CLIENT_ID);
        return new TokenEndpointClient(
                        new ServerEndpoint.Fixed(front.uri("/token")),
                        new ClientIdOnly(DemoOptions.PUBLIC_CLIENT_ID),
                        new ResourceTarget(null, null, List.of(), Map.of()),
                        new Grant.RefreshTokenOnly(),
                        Dialect.standard(),
                        null,
                        new HttpTransport(
                                vertx,
                                Runnable::run,
                                () -> options,
                                ProxyRules.DIRECT,
                                new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024)),
                        Runnable::run,
                        InstantSource.system())
                .refresh(new RefreshToken(Secret.of(session), Instant.EPOCH, null));
    }
}

package dev.tokensidecar.oauth2.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.Authority;
import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.egress.NoProxy;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ProxyServer;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.server.NamingProxy;
import dev.tokensidecar.testing.server.NamingProxy.Head;
import dev.tokensidecar.testing.server.RawServer;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.http.HttpServer;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to authorization servers through a proxy. Only the proxy can resolve {@code as.example}. */
@Timeout(60)
class ProxyTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @TempDir
    static Path directory;

    private static Vertx vertx;
    private static HttpServer secure;
    private static CertificateAuthority authority;

    private final NamingProxy proxy = new NamingProxy();

    @BeforeAll
    static void startServer() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        vertx = Vertx.vertx();
        secure = vertx.createHttpServer(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(authority.issue("as.example").options()));
        secure.requestHandler(request -> request.response()
                .setStatusCode(Integer.parseInt(Objects.requireNonNullElse(request.getParam("status"), "200")))
                .endAndForget("{}"));
        secure.listenAndAwait(0, "127.0.0.1");
    }

    @AfterAll
    static void stopServer() {
        vertx.closeAndAwait();
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    @Test
    void httpsGoesThroughATunnel() {
        assertThat(status(through(proxy.port(), null), https())).isEqualTo(200);

        assertThat(proxy.heads())
                .containsExactly(new Head("CONNECT as.example:" + secure.actualPort() + " HTTP/1.1", null));
    }

    @Test
    void httpGoesToTheProxyWithTheWholeUrl() throws Exception {
        try (RawServer server = responding()) {
            int port = server.http().getPort();

            assertThat(status(through(proxy.port(), null), URI.create("http://as.example:" + port + "/token?tenant=1")))
                    .isEqualTo(200);

            assertThat(proxy.heads())
                    .containsExactly(new Head("POST http://as.example:" + port + "/token?tenant=1 HTTP/1.1", null));
        }
    }

    @Test
    void theProxyGetsItsCredentialsAndTheServerDoesNot() throws Exception {
        String expected = "Basic " + Base64.getEncoder().encodeToString("user:pa:ss\u00e9".getBytes(UTF_8));
        HttpTransport transport = through(proxy.port(), () -> Secret.of("user:pa:ss\u00e9"));
        try (RawServer server = responding()) {
            assertThat(status(transport, https())).isEqualTo(200);
            assertThat(status(
                            transport,
                            URI.create("http://as.example:" + server.http().getPort() + "/token")))
                    .isEqualTo(200);

            assertThat(proxy.heads()).extracting(Head::credentials).containsExactly(expected, expected);
            assertThat(server.arrived.get()).doesNotContainIgnoringCase("proxy-authorization");
        }
    }

    @Test
    void theCredentialsAreReadBeforeEachConnection() {
        List<Secret> credentials = new ArrayList<>(List.of(Secret.of("a:1"), Secret.of("b:2")));
        HttpTransport transport = through(proxy.port(), credentials::removeFirst);

        assertThat(status(transport, https())).isEqualTo(200);
        assertThat(status(transport, https())).isEqualTo(200);

        assertThat(proxy.heads()).extracting(Head::credentials).doesNotHaveDuplicates();
    }

    @Test
    void unreadableCredentialsAreTold() {
        HttpTransport transport = through(proxy.port(), () -> {
            throw new Misconfigured("proxy_credentials_unreadable", "the proxy credentials cannot be read");
        });

        assertThat(failure(transport, https()).error()).isEqualTo("proxy_credentials_unreadable");
        assertThat(proxy.heads()).isEmpty();
    }

    @Test
    void aTunnelThatTheProxyRefusesIsNotInDoubt() {
        proxy.refuse(403);

        RefreshFailure failure = failure(through(proxy.port(), null), https());

        assertThat(failure.error()).isEqualTo("connect_failed");
        assertThat(failure.inDoubt()).isFalse();
        assertThat(failure.detail())
                .isEqualTo("no connection to as.example:" + secure.actualPort() + " through the proxy proxy.example:"
                        + proxy.port() + ": the proxy refused the connection (403)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://as.example/token", "http://as.example/token"})
    void rejectedCredentialsAreTold(URI uri) {
        proxy.refuse(407);

        RefreshFailure failure = failure(through(proxy.port(), () -> Secret.of("user:hunter2")), uri);

        assertThat(failure.error()).isEqualTo("connect_failed");
        assertThat(failure.inDoubt()).isFalse();
        assertThat(failure.detail())
                .endsWith("the proxy rejected the credentials (407): see sidecar.proxy.credentials-file");
    }

    @Test
    void aRequestThatTheProxyHasRejectedIsNotSentToAnotherAddressOfTheProxy() {
        proxy.refuse(407);
        HttpTransport transport =
                through(proxy.port(), null, TIMEOUT, host -> new InetAddress[] {
                    InetAddress.getLoopbackAddress(), InetAddress.getByAddress(new byte[] {127, 0, 0, 2})
                });

        RefreshFailure failure = failure(transport, URI.create("http://as.example/token"));

        assertThat(failure.detail())
                .as("of the first address, not of the second, where nothing listens")
                .endsWith("the proxy rejected the credentials (407): see sidecar.proxy.credentials-file");
    }

    /** Inside a tunnel only the server speaks, and it has got the request. */
    @Test
    void theSameStatusOfTheServerIsTheServers() {
        assertThat(status(through(proxy.port(), null), URI.create(https() + "?status=407")))
                .isEqualTo(407);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 204, 999})
    void aTunnelNeedsTheUsualResponse(int status) {
        proxy.refuse(status);

        assertThat(failure(through(proxy.port(), null), https()).detail())
                .endsWith("the proxy did not answer CONNECT with 200, as an HTTP proxy does");
    }

    @Test
    void anUnknownProxyIsTold() {
        HttpTransport transport = through(proxy.port(), null, TIMEOUT, host -> {
            throw new UnknownHostException(host);
        });

        assertThat(failure(transport, https()).detail())
                .endsWith(
                        "the name of the proxy proxy.example cannot be resolved: check sidecar.proxy.url or HTTPS_PROXY,"
                                + " and DNS");
    }

    @Test
    void aDeadProxyIsNotInDoubt() {
        int port = proxy.port();
        proxy.close();

        RefreshFailure failure = failure(through(port, null), https());

        assertThat(failure.error()).isEqualTo("connect_failed");
        assertThat(failure.inDoubt()).isFalse();
        assertThat(failure.detail()).endsWith("through the proxy proxy.example:" + port + ": refused");
    }

    @Test
    void aProxyThatNeverRespondsIsNotInDoubt() throws Exception {
        try (RawServer silent = new RawServer(RawServer.Connection::hold)) {
            RefreshFailure failure = failure(through(silent.http().getPort(), null, Duration.ofMillis(300)), https());

            assertThat(failure.error()).isEqualTo("connect_failed");
            assertThat(failure.inDoubt()).isFalse();
            assertThat(silent.closedByClient.get()).isTrue();
        }
    }

    @Test
    void theCertificateOfTheServerIsVerifiedBehindAProxy() {
        URI other = URI.create("https://other.example:" + secure.actualPort() + "/token");

        RefreshFailure failure = failure(through(proxy.port(), null), other);

        assertThat(failure.error()).isEqualTo("tls_failed");
        assertThat(failure.inDoubt()).isFalse();
    }

    private static URI https() {
        return URI.create("https://as.example:" + secure.actualPort() + "/token");
    }

    private static RawServer responding() {
        return new RawServer(connection -> {
            connection.readRequest();
            connection.respond(200, "{}");
        });
    }

    private static HttpTransport through(int port, @Nullable Supplier<Secret> credentials) {
        return through(port, credentials, TIMEOUT);
    }

    private static HttpTransport through(int port, @Nullable Supplier<Secret> credentials, Duration connectTimeout) {
        return through(port, credentials, connectTimeout, ProxyTest::resolve);
    }

    private static HttpTransport through(
            int port,
            @Nullable Supplier<Secret> credentials,
            Duration connectTimeout,
            HostAddresses.Resolver resolver) {
        ProxyServer server = new ProxyServer(new Authority("proxy.example", port), credentials);
        return new HttpTransport(
                vertx,
                new HostAddresses(Runnable::run, resolver),
                () -> new HttpClientOptions().setTrustOptions(authority.trust()),
                new ProxyRules(server, server, NoProxy.NONE),
                new TransportLimits(connectTimeout, TIMEOUT, 1024 * 1024));
    }

    private static InetAddress[] resolve(String host) throws UnknownHostException {
        if (!host.equals("proxy.example")) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.getLoopbackAddress()};
    }

    private static int status(HttpTransport transport, URI uri) {
        return transport.send(uri, post()).await().atMost(TIMEOUT).status();
    }

    private static RefreshFailure failure(HttpTransport transport, URI uri) {
        return (RefreshFailure) transport
                .send(uri, post())
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
    }

    private static OutboundRequest post() {
        return new OutboundRequest(HttpMethod.POST, Map.of(), new Form().body());
    }
}

package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.server.RawServer;
import dev.tokensidecar.testing.server.TlsTerminator;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.core.http.HttpServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DiscoveredEndpointTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String OPENID = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";

    /** The server's responses by path: a body for 200, or the number of another status. */
    private final Map<String, String> documents = new ConcurrentHashMap<>();

    @TempDir
    Path directory;

    private final List<String> requested = new CopyOnWriteArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private URI issuer = URI.create("http://127.0.0.1");

    @BeforeEach
    void startServer() {
        HttpServer server = vertx.createHttpServer();
        server.requestHandler(request -> {
            requested.add(request.path());
            String document = documents.getOrDefault(request.path(), "404");
            boolean status = document.matches("\\d+");
            request.response()
                    .setStatusCode(status ? Integer.parseInt(document) : 200)
                    .putHeader("Retry-After", "7")
                    .endAndForget(status ? "" : document);
        });
        server.listenAndAwait(0, "127.0.0.1");
        issuer = URI.create("http://127.0.0.1:" + server.actualPort());
    }

    @AfterEach
    void stopServer() {
        vertx.closeAndAwait();
    }

    @ParameterizedTest
    @CsvSource({
        "https://as.example,            https://as.example" + OPENID + ",        https://as.example" + OAUTH,
        "https://as.example/,           https://as.example" + OPENID + ",        https://as.example" + OAUTH,
        "https://as.example/realms/one, https://as.example/realms/one" + OPENID + ", https://as.example" + OAUTH
                + "/realms/one",
        "https://as.example:444/a%20b/, https://as.example:444/a%20b" + OPENID + ", https://as.example:444" + OAUTH
                + "/a%20b",
    })
    void theWellKnownPathFollowsEachSpecification(URI issuer, URI openId, URI oauth) {
        IssuerMetadata metadata =
                new IssuerMetadata(issuer, transport(), InstantSource.system(), false, plain -> false);

        assertThat(metadata.openIdConfiguration()).isEqualTo(openId);
        assertThat(metadata.oauthMetadata()).isEqualTo(oauth);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://as.example",
                "as.example",
                "/realms/one",
                "https:/x",
                "https://as/?a=b",
                "https://as/#x",
                "https://user@as/"
            })
    void anInvalidIssuerIsRejected(URI issuer) {
        assertThatIllegalArgumentException().isThrownBy(() -> endpoint(issuer));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://as.example/token",
                "/token",
                "https:/token",
                "https://user:pw@as.example/token",
                "https://as.example/token#x",
                "https://as.example:65536/token"
            })
    void anInvalidTokenEndpointIsRejected(URI address) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ServerEndpoint.Fixed(address));
    }

    @Test
    void openIdDiscoveryComesFirstAndItsResultIsKept() {
        documents.put(OPENID, metadata(issuer, "https://as.example/token"));
        DiscoveredEndpoint endpoint = endpoint(issuer);

        assertThat(locate(endpoint)).hasToString("https://as.example/token");
        assertThat(locate(endpoint)).hasToString("https://as.example/token");
        assertThat(requested).containsExactly(OPENID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"404", "403", "302", "<html>single page</html>"})
    void oauthMetadataIsTheFallbackForOpenIdDiscovery(String response) {
        URI realm = URI.create(issuer + "/realms/one");
        documents.put("/realms/one" + OPENID, response);
        documents.put(OAUTH + "/realms/one", metadata(realm, "https://as.example/token"));

        assertThat(locate(endpoint(realm))).hasToString("https://as.example/token");
        assertThat(requested).containsExactly("/realms/one" + OPENID, OAUTH + "/realms/one");
    }

    @Test
    void aForgottenEndpointIsDiscoveredAgain() {
        documents.put(OPENID, metadata(issuer, "https://as.example/old"));
        DiscoveredEndpoint endpoint = endpoint(issuer);
        assertThat(locate(endpoint)).hasToString("https://as.example/old");

        documents.put(OPENID, metadata(issuer, "https://as.example/new"));
        endpoint.invalidate();

        assertThat(locate(endpoint)).hasToString("https://as.example/new");
    }

    @Test
    void aFailureIsNotKept() {
        documents.put(OPENID, "503");
        DiscoveredEndpoint endpoint = endpoint(issuer);
        assertThat(failure(endpoint)).isInstanceOf(Unavailable.class);

        documents.put(OPENID, metadata(issuer, "https://as.example/token"));

        assertThat(locate(endpoint)).hasToString("https://as.example/token");
    }

    @ParameterizedTest
    @CsvSource({"500, false", "502, false", "503, false", "408, false", "429, true"})
    void aServerErrorIsUnavailableAndNotInDoubt(String status, boolean throttled) {
        documents.put(OPENID, status);

        RefreshFailure failure = failure(endpoint(issuer));

        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(((Unavailable) failure).throttled()).isEqualTo(throttled);
        assertThat(failure.inDoubt()).isFalse();
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(requested).containsExactly(OPENID);
    }

    @Test
    void aConnectionThatBreaksIsNotInDoubtEither() throws Exception {
        try (RawServer server = new RawServer(RawServer.Connection::readRequest)) {
            RefreshFailure failure = failure(
                    endpoint(URI.create("http://127.0.0.1:" + server.http().getPort())));

            assertThat(failure).isInstanceOf(Unavailable.class);
            assertThat(failure.error()).isEqualTo("connection_lost");
            assertThat(failure.inDoubt()).isFalse();
        }
    }

    @Test
    void metadataThatIsTooLargeOrNotJsonIsUnavailable() {
        documents.put(OPENID, "x".repeat(1_100_000));
        assertThat(failure(endpoint(issuer))).isInstanceOf(Unavailable.class);

        documents.put(OPENID, "404");
        documents.put(OAUTH, "<html>");
        assertThat(failure(endpoint(issuer))).isInstanceOf(Unavailable.class);
    }

    /** Token endpoints may answer with a form. */
    @Test
    void aFormIsNoMetadata() {
        documents.put(OPENID, "issuer=" + issuer + "&token_endpoint=" + issuer + "/form");
        documents.put(OAUTH, "a=b");

        RefreshFailure failure = failure(endpoint(issuer));

        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(failure.detail()).isEqualTo("the issuer's metadata is not JSON");
        assertThat(requested).containsExactly(OPENID, OAUTH);
    }

    @Test
    void anIssuerWithoutMetadataIsMisconfigured() {
        RefreshFailure failure = failure(endpoint(issuer));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.detail())
                .isEqualTo(issuer + " has no metadata (404): correct the issuer, or configure the token endpoint");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://else.example", "%s/", ""})
    void metadataOfAnotherIssuerIsMisconfigured(String name) {
        documents.put(OPENID, metadata(name.formatted(issuer), "https://as.example/token"));

        assertThat(failure(endpoint(issuer)))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("configure the issuer exactly as stated there");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/token",
                "ftp://as.example/token",
                "https://as example/token",
                "file:///etc/passwd",
                "https://user:pw@as.example/token",
                "https://user@as.example/token",
                "https://@as.example/token",
                "https://as.example/token#fragment",
                "https://as.example/token#",
                "https://as.example:99999/token",
                "HTTP://as.example/token"
            })
    void metadataWithoutAUsableTokenEndpointIsMisconfigured(String address) {
        documents.put(OPENID, metadata(issuer, address));

        assertThat(failure(endpoint(issuer)))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("names no usable token_endpoint");
    }

    @Test
    void aClientWithACertificateUsesTheMutualTlsAlias() {
        documents.put(OPENID, """
                {"issuer":"%s","token_endpoint":"https://as.example/token",
                 "mtls_endpoint_aliases":{"token_endpoint":"https://mtls.as.example/token"}}""".formatted(issuer));

        assertThat(locate(endpoint(issuer, true))).hasToString("https://mtls.as.example/token");
        assertThat(locate(endpoint(issuer))).hasToString("https://as.example/token");
    }

    @Test
    void aClientWithACertificateUsesTheRegularEndpointWithoutAnAlias() {
        documents.put(OPENID, metadata(issuer, "https://as.example/token"));

        assertThat(locate(endpoint(issuer, true))).hasToString("https://as.example/token");
    }

    @Test
    void aClientWithACertificateNeedsTls() {
        documents.put(OPENID, metadata(issuer, "http://as.example/token"));

        assertThat(failure(endpoint(issuer, true)))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("names no usable token_endpoint");
    }

    @ParameterizedTest
    @CsvSource({
        DiscoveredEndpoint.TOKEN + ", false, http://as.example/token",
        DiscoveredEndpoint.TOKEN + ", false, http://127.0.0.1/token",
        DiscoveredEndpoint.DEVICE_AUTHORIZATION + ", false, http://as.example/device",
        DiscoveredEndpoint.TOKEN + ", true, http://as.example/token",
        DiscoveredEndpoint.DEVICE_AUTHORIZATION + ", true, http://as.example/device",
        DiscoveredEndpoint.INTROSPECTION + ", false, http://as.example/introspect",
    })
    void anIssuerWithTlsCannotNameAnEndpointWithout(String member, boolean mutualTls, String address) throws Exception {
        try (TlsTerminator front = front(member, mutualTls, address)) {
            RefreshFailure failure = failure(overTls(front, member, mutualTls, endpoint -> false));

            assertThat(failure).isInstanceOf(Misconfigured.class);
            assertThat(failure.error()).isEqualTo("discovery_failed");
            assertThat(failure.detail())
                    .contains(front.uri("/as") + " names", member)
                    .contains(mutualTls ? "no usable" : "allow-plain-http-endpoints=true");
        }
    }

    @Test
    void anIssuerWithTlsCannotHaveItsKeysReplacedOnTheWay() throws Exception {
        try (TlsTerminator front = front(DiscoveredEndpoint.JWKS, false, "http://as.example/keys")) {
            RefreshFailure failure = failure(overTls(front, DiscoveredEndpoint.JWKS, false, endpoint -> false));

            assertThat(failure).isInstanceOf(Misconfigured.class);
            assertThat(failure.detail())
                    .contains("names a jwks_uri without TLS, so that others could replace the keys")
                    .doesNotContain("allow-plain-http-endpoints");
        }
    }

    @Test
    void anAllowedPlainHttpEndpointIsReportedAtEachDiscovery() throws Exception {
        List<URI> reported = new CopyOnWriteArrayList<>();
        try (TlsTerminator front = front(DiscoveredEndpoint.TOKEN, false, "http://as.example/token")) {
            DiscoveredEndpoint endpoint = overTls(front, DiscoveredEndpoint.TOKEN, false, reported::add);

            assertThat(locate(endpoint)).hasToString("http://as.example/token");
            assertThat(locate(endpoint)).hasToString("http://as.example/token");
            assertThat(reported).hasSize(1);
            endpoint.invalidate();
            assertThat(locate(endpoint)).hasToString("http://as.example/token");
            assertThat(reported).hasSize(2);
        }
    }

    @Test
    void allowingPlainHttpAllowsNothingElse() throws Exception {
        try (TlsTerminator front = front(DiscoveredEndpoint.TOKEN, false, "http://user:pw@as.example/token")) {
            assertThat(failure(overTls(front, DiscoveredEndpoint.TOKEN, false, endpoint -> true)))
                    .isInstanceOf(Misconfigured.class);
        }
    }

    @Test
    void anIssuerWithoutTlsPromisesNothing() {
        documents.put(OPENID, metadata(issuer, "http://as.example/token"));

        assertThat(locate(endpoint(issuer))).hasToString("http://as.example/token");
    }

    private static String metadata(Object issuer, String tokenEndpoint) {
        return "{\"issuer\":\"%s\",\"token_endpoint\":\"%s\"}".formatted(issuer, tokenEndpoint);
    }

    /** Puts TLS before the server, and publishes metadata with this endpoint. */
    private TlsTerminator front(String member, boolean mutualTls, String address) throws Exception {
        TlsTerminator front = new TlsTerminator(
                issuer.getPort(),
                CertificateAuthority.make(directory, "authority").issue("127.0.0.1"));
        String endpoint = "\"%s\":\"%s\"".formatted(member, address);
        String endpoints = mutualTls ? "\"mtls_endpoint_aliases\":{" + endpoint + "}" : endpoint;
        documents.put("/as" + OPENID, "{\"issuer\":\"%s\",%s}".formatted(front.uri("/as"), endpoints));
        return front;
    }

    private DiscoveredEndpoint overTls(
            TlsTerminator front, String member, boolean mutualTls, Predicate<URI> plainHttp) {
        HttpTransport transport = new HttpTransport(
                vertx,
                Runnable::run,
                () -> new HttpClientOptions().setTrustAll(true).setVerifyHost(false),
                ProxyRules.DIRECT,
                new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));
        return new DiscoveredEndpoint(
                front.uri("/as"), member, transport, InstantSource.system(), mutualTls, plainHttp);
    }

    private DiscoveredEndpoint endpoint(URI issuer) {
        return endpoint(issuer, false);
    }

    private DiscoveredEndpoint endpoint(URI issuer, boolean mutualTls) {
        return new DiscoveredEndpoint(
                issuer, DiscoveredEndpoint.TOKEN, transport(), InstantSource.system(), mutualTls, endpoint -> false);
    }

    private HttpTransport transport() {
        return new HttpTransport(
                vertx,
                Runnable::run,
                HttpClientOptions::new,
                ProxyRules.DIRECT,
                new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));
    }

    private static URI locate(ServerEndpoint endpoint) {
        return endpoint.locate().await().atMost(TIMEOUT);
    }

    private static RefreshFailure failure(ServerEndpoint endpoint) {
        return (RefreshFailure) endpoint.locate()
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
    }
}

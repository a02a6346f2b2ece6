package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.HostAddresses;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.server.NamingProxy;
import dev.tokensidecar.testing.server.NamingProxy.Head;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import java.net.UnknownHostException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API behind a proxy, which alone can resolve {@code api.example}. */
@Timeout(60)
class ProxyTest {

    private static final String TARGET = "api.example";

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static CertificateAuthority.Issued issued;

    private final NamingProxy proxy = new NamingProxy();

    @BeforeAll
    static void issue() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        issued = authority.issue(TARGET);
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    private ForwardScene.Builder plain(@Nullable Supplier<Secret> credentials) {
        return ForwardScene.builder().proxy(TARGET, proxy.port(), credentials);
    }

    private ForwardScene.Builder secure(boolean http2) {
        return plain(null)
                .tls(
                        new HttpServerOptions().setSsl(true).setUseAlpn(http2).setKeyCertOptions(issued.options()),
                        new HttpClientOptions()
                                .setSsl(true)
                                .setUseAlpn(true)
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setTrustOptions(authority.trust()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anApiWithTlsIsReachedThroughATunnel(boolean http2) throws Exception {
        try (ForwardScene scene = secure(http2).open()) {
            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/items?x=1").POST(BodyPublishers.ofString("hello")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("hello");
            assertThat(scene.api.requests()).singleElement().satisfies(request -> {
                assertThat(request.version()).isEqualTo(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
                assertThat(request.uri()).isEqualTo("/base/items?x=1");
                assertThat(request.token()).isEqualTo("Bearer access-1");
            });
            assertThat(proxy.heads())
                    .containsExactly(new Head("CONNECT api.example:" + scene.api.port() + " HTTP/1.1", null));
        }
    }

    @Test
    void theProxyGetsTheWholeUrlOfAnApiWithoutTls() throws Exception {
        try (ForwardScene scene = plain(() -> Secret.of("user:pass")).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/items?x=1"));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(proxy.heads())
                    .containsExactly(new Head(
                            "GET http://api.example:" + scene.api.port() + "/base/items?x=1 HTTP/1.1",
                            "Basic dXNlcjpwYXNz"));
            assertThat(scene.api.requests()).singleElement().satisfies(request -> {
                assertThat(request.uri()).isEqualTo("/base/items?x=1");
                assertThat(request.headers().get("Host")).isEqualTo("api.example:" + scene.api.port());
                assertThat(request.headers().contains("Proxy-Authorization")).isFalse();
            });
        }
    }

    @Test
    void aCallerCannotChooseTheCredentialsForTheProxy() throws Exception {
        try (ForwardScene scene = plain(null).open()) {
            var unused = scene.fetch(scene.request("/api/items").header("Proxy-Authorization", "Basic eDp5"));

            assertThat(proxy.heads()).extracting(Head::credentials).containsOnlyNulls();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rejectedCredentialsAreNotTheCallersProblem(boolean tls) throws Exception {
        proxy.refuse(407);
        try (ForwardScene scene = (tls ? secure(true) : plain(null)).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/items"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body())
                    .contains("target_unavailable")
                    .contains("the proxy rejected the credentials (407): see sidecar.proxy.credentials-file");
        }
    }

    /** RFC 9110 section 7.2, RFC 3986 section 3.2.2. */
    @Test
    void anAddressOfIpv6HasBracketsInTheRequestLineAndInHost() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().proxy("::1", proxy.port(), null).open()) {
            var unused = scene.fetch(scene.request("/api/items"));

            String authority = "[::1]:" + scene.api.port();
            assertThat(proxy.heads())
                    .containsExactly(new Head("GET http://" + authority + "/base/items HTTP/1.1", null));
            assertThat(scene.api.requests())
                    .singleElement()
                    .satisfies(
                            request -> assertThat(request.headers().get("Host")).isEqualTo(authority));
        }
    }

    /** Inside a tunnel only the API speaks. */
    @Test
    void theSameStatusOfTheApiIsTheApis() throws Exception {
        try (ForwardScene scene = secure(true).open()) {
            scene.api.handle(request -> {
                var unused = request.response().setStatusCode(407).end("of the API");
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/items"));

            assertThat(response.statusCode()).isEqualTo(407);
            assertThat(response.body()).isEqualTo("of the API");
        }
    }

    @Test
    void anUnknownProxyIsTold() throws Exception {
        HostAddresses.Resolver unknown = host -> {
            throw new UnknownHostException(host);
        };
        try (ForwardScene scene = secure(true).resolver(unknown).open()) {
            assertThat(scene.fetch(scene.request("/api/items")).body())
                    .contains(
                            "the name of the proxy 127.0.0.1 cannot be resolved: check sidecar.proxy.url or HTTPS_PROXY,"
                                    + " and DNS");
        }
    }

    /** RFC 7617 section 2: user-id, a colon, and a password that may be empty. */
    @Test
    void credentialsWithoutAPasswordHaveAColonAllTheSame() throws Exception {
        try (ForwardScene scene = plain(() -> Secret.of("user")).open()) {
            var unused = scene.fetch(scene.request("/api/items"));

            assertThat(proxy.heads()).extracting(Head::credentials).containsExactly("Basic dXNlcjo=");
        }
    }

    @Test
    void unreadableCredentialsAreTold() throws Exception {
        Supplier<Secret> unreadable = () -> {
            throw new Misconfigured("proxy_credentials_unreadable", "/etc/proxy cannot be read: mount it");
        };
        try (ForwardScene scene = plain(unreadable).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/items"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("/etc/proxy cannot be read: mount it");
        }
    }
}

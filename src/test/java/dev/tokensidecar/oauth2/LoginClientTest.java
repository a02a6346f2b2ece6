package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.egress.ServerNonces;
import dev.tokensidecar.login.CodeLogin;
import dev.tokensidecar.login.LoginFailure;
import dev.tokensidecar.login.LoginParameters;
import dev.tokensidecar.login.RedirectAddress;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientIdOnly;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretBasic;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretPost;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.ProofAlgorithm;
import dev.tokensidecar.testing.server.InteractiveServer;
import dev.tokensidecar.testing.server.InteractiveServer.Received;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.Secret;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole login over HTTP: what the server and the browser see of it. */
@Timeout(60)
class LoginClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ClientAuthentication PUBLIC = new ClientIdOnly("app");
    private static final ClientAuthentication BASIC =
            new ClientSecretBasic("app", () -> List.of(Secret.of("s3cret")), true);

    private final Vertx vertx = Vertx.vertx();
    private final InteractiveServer server = new InteractiveServer();
    private final HttpClient browser =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    private @Nullable Dpop dpop;
    private @Nullable URI configured;

    @AfterEach
    void close() {
        browser.close();
        server.close();
        vertx.closeAndAwait();
    }

    private HttpTransport transport() {
        return new HttpTransport(
                vertx,
                Runnable::run,
                HttpClientOptions::new,
                ProxyRules.DIRECT,
                new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));
    }

    private String logIn(ClientAuthentication authentication) throws InterruptedException {
        IssuerMetadata metadata =
                new IssuerMetadata(server.issuer(), transport(), InstantSource.system(), false, plain -> false);
        return logIn(authentication, metadata);
    }

    private String logIn(ClientAuthentication authentication, @Nullable IssuerMetadata metadata)
            throws InterruptedException {
        LoginClient client = new LoginClient(
                "app",
                metadata,
                configured,
                new ServerEndpoint.Fixed(server.issuer().resolve("/token")),
                authentication,
                new ResourceTarget(
                        "openid offline_access",
                        "orders",
                        List.of("https://api.example.com"),
                        Map.of("region", "north", "client_id", "app")),
                Dialect.standard(),
                dpop,
                transport(),
                Runnable::run,
                InstantSource.system());
        CodeLogin login = new CodeLogin(client, vertx, new SecureRandom(), this::open);
        LoginParameters parameters = new LoginParameters(Map.of("access_type", "offline"));
        List<String> delivered = new ArrayList<>();
        login.run(
                RedirectAddress.DEFAULT,
                parameters,
                TIMEOUT,
                issued -> delivered.add(issued.value().reveal()));
        return delivered.getFirst();
    }

    private void open(URI address) {
        var unused = browser.sendAsync(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }

    private Received only(String path) {
        assertThat(server.received(path)).hasSize(1);
        return server.received(path).getFirst();
    }

    @Test
    void theCodeIsRedeemedWithItsVerifier() throws Exception {
        assertThat(logIn(BASIC)).isEqualTo(InteractiveServer.REFRESH_TOKEN);

        Map<String, String> request = only("/authorize").parameters();
        assertThat(request)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", "app")
                .containsEntry("scope", "openid offline_access")
                .containsEntry("audience", "orders")
                .containsEntry("resource", "https://api.example.com")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("access_type", "offline")
                .containsEntry("tenant", "1")
                .doesNotContainKey("dpop_jkt");
        Received token = only("/token");
        assertThat(token.parameters())
                .containsOnlyKeys("grant_type", "code", "redirect_uri", "code_verifier", "region", "client_id")
                .containsEntry("grant_type", "authorization_code")
                .containsEntry("redirect_uri", request.get("redirect_uri"));
        assertThat(token.authorization()).startsWith("Basic ");
        assertThat(only("/authorize").encoded())
                .doesNotContain("s3cret", token.parameters().get("code_verifier"));
    }

    /** RFC 9126: the client authenticates, and the browser sees nothing of the request. */
    @Test
    void theRequestIsPushedWhereTheServerOffersThat() throws Exception {
        server.offerPushedRequests();

        assertThat(logIn(new ClientSecretPost("app", () -> List.of(Secret.of("s3cret")))))
                .isEqualTo(InteractiveServer.REFRESH_TOKEN);

        assertThat(only("/par").parameters())
                .containsEntry("client_secret", "s3cret")
                .containsEntry("client_id", "app")
                .containsEntry("scope", "openid offline_access")
                .containsKeys("state", "code_challenge", "redirect_uri");
        assertThat(only("/authorize").parameters()).containsOnlyKeys("tenant", "client_id", "request_uri");
    }

    @Test
    void thePushedRequestOfABasicClientNamesTheClientToo() throws Exception {
        server.offerPushedRequests();

        var unused = logIn(BASIC);

        assertThat(only("/par").authorization()).startsWith("Basic ");
        assertThat(only("/par").parameters()).containsEntry("client_id", "app").doesNotContainKey("client_secret");
    }

    /** The address is on the terminal, and among the arguments of the program that opens it. */
    @ParameterizedTest
    @ValueSource(
            strings = {"urn:s3cret-of-app:", "urn:s3%63ret-of-app:", "urn:\u202e", "urn:a b:", "urn:\u001b[2J", "{}"})
    void aRequestUriThatNobodyMaySeeIsRejected(String requestUri) {
        ClientAuthentication client = new ClientSecretBasic("app", () -> List.of(Secret.of("s3cret-of-app")), true);
        server.offerPushedRequests();
        server.beginRequestUris(requestUri);

        assertThatThrownBy(() -> logIn(client))
                .isInstanceOf(InvalidResponse.class)
                .hasMessageStartingWith("the response to the pushed authorization request has ")
                .hasMessageNotContaining("s3");
        assertThat(server.received("/authorize")).isEmpty();
    }

    @Test
    void aRequestUriHasALimit() throws Exception {
        server.offerPushedRequests();
        server.beginRequestUris("urn:" + "a".repeat(2043));
        assertThat(logIn(BASIC)).isEqualTo(InteractiveServer.REFRESH_TOKEN);

        server.beginRequestUris("urn:" + "a".repeat(2044));
        assertThatThrownBy(() -> logIn(BASIC))
                .isInstanceOf(InvalidResponse.class)
                .hasMessageEndingWith("no usable request_uri");
    }

    /** What people see has to be what the browser opens. */
    @ParameterizedTest
    @ValueSource(strings = {"/\u202eezirohtua", "/autho\u200brize", "/\u009b2J", "/{}", "/a b"})
    void anAuthorizationEndpointConsistsOfUriCharacters(String path) {
        server.metadata().put("authorization_endpoint", server.issuer() + path);

        assertThatThrownBy(() -> logIn(PUBLIC))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("names no usable authorization_endpoint");
    }

    /** RFC 9449 section 10. */
    @Test
    void theCodeIsBoundToTheProofKey() throws Exception {
        DpopKeys keys = DpopKeys.generated(ProofAlgorithm.ES256, InstantSource.system(), new SecureRandom());
        dpop = new Dpop(keys, new ServerNonces());
        server.tokens().put("token_type", "DPoP");

        assertThat(logIn(PUBLIC)).isEqualTo(InteractiveServer.REFRESH_TOKEN);

        assertThat(only("/authorize").parameters())
                .containsEntry("dpop_jkt", keys.forRequest(null).bound().thumbprint());
    }

    @Test
    void aConfiguredEndpointNeedsNoMetadata() throws Exception {
        configured = server.issuer().resolve("/authorize");

        assertThat(logIn(PUBLIC, null)).isEqualTo(InteractiveServer.REFRESH_TOKEN);
        assertThat(server.received("/.well-known/openid-configuration")).isEmpty();
    }

    @Test
    void withoutAnAuthorizationEndpointItSaysWhatToDo() {
        server.metadata().remove("authorization_endpoint");

        assertThatThrownBy(() -> logIn(PUBLIC))
                .isInstanceOf(Misconfigured.class)
                .hasMessageContaining("names no authorization_endpoint: set"
                        + " authorization-server.authorization-endpoint, or log in with --device");
        assertThatThrownBy(() -> logIn(PUBLIC, null)).isInstanceOf(Misconfigured.class);
    }

    /** RFC 9207. */
    @Test
    void theIssuerOfTheResponseHasToBeTheRightOne() throws Exception {
        server.metadata().put("authorization_response_iss_parameter_supported", true);
        assertThat(logIn(PUBLIC)).isEqualTo(InteractiveServer.REFRESH_TOKEN);

        server.answer(Map.of("code", "stolen", "iss", ""));
        assertThatThrownBy(() -> logIn(PUBLIC))
                .isInstanceOf(LoginFailure.class)
                .hasMessageContaining("names no issuer");
        server.answer(Map.of("code", "stolen", "iss", "https://evil.example"));
        assertThatThrownBy(() -> logIn(PUBLIC))
                .isInstanceOf(LoginFailure.class)
                .hasMessageContaining("https://evil.example");
        assertThat(server.received("/token")).hasSize(1);
    }

    @Test
    void aResponseWithoutARefreshTokenIsNoSuccess() {
        server.tokens().remove("refresh_token");

        assertThatThrownBy(() -> logIn(PUBLIC)).isInstanceOf(LoginFailure.class).hasMessageContaining("offline_access");
    }
}

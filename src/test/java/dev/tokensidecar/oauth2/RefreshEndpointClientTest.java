package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.RefreshEndpoint.Body;
import dev.tokensidecar.oauth2.RefreshEndpoint.Method;
import dev.tokensidecar.oauth2.RefreshEndpoint.Request;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.testing.server.RawServer;
import dev.tokensidecar.token.InitialGrant;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RefreshEndpointClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final String REFRESH_TOKEN = "my-1st-refresh-token";
    private static final Map<String, String> BODY = Map.of("refreshToken", "{refresh_token}");
    private static final Request POST_JSON = new Request(Method.POST, Body.JSON, BODY, Map.of());

    /** Issued at 1772366400, expires at 1772366700. */
    private static final String JWT = "eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3NzIzNjY0MDAsImV4cCI6MTc3MjM2NjcwMH0.c2ln";

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService files = Executors.newSingleThreadExecutor();
    private final HttpTransport transport = new HttpTransport(
            vertx,
            Runnable::run,
            HttpClientOptions::new,
            ProxyRules.DIRECT,
            new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));
    private final Deque<String> responses = new ArrayDeque<>();
    private final RawServer server = new RawServer(connection -> {
        connection.readRequest();
        connection.send(responses.pop());
    });

    @AfterEach
    void stop() throws Exception {
        server.close();
        files.shutdown();
        vertx.closeAndAwait();
    }

    @Test
    void theAccessTokenMayArriveInAHeaderWithAnEmptyBody() throws Exception {
        respond("200", "Date: Sun, 01 Mar 2026 12:00:00 GMT\r\nAuthorization: Bearer " + JWT, "");

        TokenResponse tokens = granted(client(POST_JSON, accessTokenAt("Authorization")));

        assertThat(tokens.accessToken()).isEqualTo(Secret.of(JWT));
        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        assertThat(tokens.lifetime()).isEqualTo(Duration.ofMinutes(5));
        assertThat(tokens.refreshToken()).as("the old one stays in force").isNull();
        assertThat(request())
                .startsWith("POST /token?tenant=1 HTTP/1.1")
                .contains("Content-Type: application/json")
                .endsWith("{\"refreshToken\":\"" + REFRESH_TOKEN + "\"}");
    }

    @Test
    void everythingMayArriveInTheBody() {
        respond("201", "", """
                {"accessToken":"a1","refreshToken":"r2","expiresIn":"600"}""");

        TokenResponse tokens = granted(client(POST_JSON, standard()));

        assertThat(tokens.accessToken()).isEqualTo(Secret.of("a1"));
        assertThat(tokens.refreshToken()).isEqualTo(Secret.of("r2"));
        assertThat(tokens.lifetime()).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @EnumSource(
            value = Method.class,
            names = {"POST", "PUT", "PATCH"})
    void eachMethodWithABodySendsOne(Method method) throws Exception {
        respond("200", "", "{\"accessToken\":\"a1\"}");

        assertThat(granted(client(new Request(method, Body.JSON, BODY, Map.of()), standard())))
                .isNotNull();

        assertThat(request().getFirst()).isEqualTo(method + " /token?tenant=1 HTTP/1.1");
        assertThat(request().getLast()).contains(REFRESH_TOKEN);
    }

    @Test
    void theRefreshTokenMayBeSentInAHeaderOnly() throws Exception {
        respond("200", "", "{\"accessToken\":\"a1\"}");
        Map<String, String> headers = Map.of("Authorization", "Bearer {refresh_token}", "Accept", "*/*");

        assertThat(granted(client(new Request(Method.GET, Body.NONE, BODY, headers), standard())))
                .isNotNull();

        assertThat(request())
                .startsWith("GET /token?tenant=1 HTTP/1.1")
                .contains("Authorization: Bearer " + REFRESH_TOKEN, "Accept: */*")
                .doesNotContain("Accept: application/json")
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("content-type"))
                .endsWith("");
    }

    @Test
    void theBodyMayBeAForm() throws Exception {
        respond("200", "", "{\"accessToken\":\"a1\"}");

        assertThat(granted(client(
                        new Request(Method.POST, Body.FORM, Map.of("token", "{refresh_token}&a=b c"), Map.of()),
                        standard())))
                .isNotNull();

        assertThat(request())
                .contains("Content-Type: application/x-www-form-urlencoded")
                .endsWith("token=" + REFRESH_TOKEN + "%26a%3Db+c");
    }

    @Test
    void aNewRefreshTokenMayArriveInAHeader() {
        respond("200", "X-Refresh-Token: r2\r\nX-Life: 60", "{\"session\":{\"tokens\":[{\"value\":\"a1\"}]}}");

        TokenResponse tokens = granted(client(
                POST_JSON,
                new RefreshEndpoint.Response(
                        at("/session/tokens/0/value"), at("x-refresh-token"), at("X-Life"), null, at("/message"))));

        assertThat(tokens.accessToken()).isEqualTo(Secret.of("a1"));
        assertThat(tokens.refreshToken()).isEqualTo(Secret.of("r2"));
        assertThat(tokens.lifetime()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void anEndedSessionIsInvalidGrantWithTheServersMessage() {
        respond("401", "", "{\"message\":\"refresh token " + REFRESH_TOKEN + " is expired\"}");

        RefreshFailure failure = failure(client(POST_JSON, standard()));

        assertThat(failure).isInstanceOf(InvalidGrant.class);
        assertThat(failure.error()).isEqualTo("session_over");
        assertThat(failure.detail())
                .isEqualTo("the refresh endpoint answered 401: refresh token [redacted] is expired");
        assertThat(failure.toString()).doesNotContain(REFRESH_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"400, false", "403, false", "404, false", "408, true", "429, false", "500, true", "503, true"})
    void anyOtherErrorIsTransientWithTheServersMessage(int status, boolean inDoubt) {
        respond(Integer.toString(status), "", "{\"message\":\"try later\"}");

        RefreshFailure failure = failure(client(POST_JSON, standard()));

        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(failure.error()).isEqualTo("http_" + status);
        assertThat(failure.detail()).startsWith("the refresh endpoint answered " + status + ": try later");
        assertThat(failure.inDoubt()).isEqualTo(inDoubt);
    }

    @Test
    void aResponseWithoutAnAccessTokenNamesTheExpectedLocation() {
        respond("200", "", "{\"access_token\":\"a1\"}");

        RefreshFailure failure = failure(client(POST_JSON, standard()));

        assertThat(failure).isInstanceOf(InvalidResponse.class);
        assertThat(failure.detail())
                .isEqualTo("the refresh endpoint answered 200 without an access token at /accessToken");
    }

    @Test
    void aLostResponseIsInDoubtAndNotRetried() {
        responses.add("");

        RefreshFailure failure = failure(client(POST_JSON, standard()));

        assertThat(failure.error()).isEqualTo("connection_lost");
        assertThat(failure.inDoubt()).isTrue();
        assertThat(server.connections()).isEqualTo(1);
    }

    @Test
    void aClientSecretIsReadForEachAttemptOffTheEventLoopAndRedacted() throws Exception {
        Deque<String> secrets = new ArrayDeque<>(List.of("1st-key", "2nd-key"));
        AtomicBoolean onEventLoop = new AtomicBoolean();
        SecretSource source = () -> {
            onEventLoop.compareAndSet(false, Context.isOnEventLoopThread());
            return List.of(Secret.of(secrets.pop()), Secret.of("old-key"));
        };
        Request request = new Request(Method.POST, Body.JSON, BODY, Map.of("X-Api-Key", "{client_secret}"));
        RefreshEndpointClient client = client(request, standard(), source);
        respond("403", "", "{\"message\":\"not with 1st-key\"}");
        respond("403", "", "{\"message\":\"not with 2nd-key\"}");

        assertThat(failure(client).detail()).endsWith("403: not with [redacted]");
        UniAssertSubscriber<SuccessfulResponse> second = UniAssertSubscriber.create();
        vertx.runOnContext(() -> client.refresh(refreshToken()).subscribe().withSubscriber(second));

        assertThat(second.awaitFailure(TIMEOUT).getFailure()).hasMessageEndingWith("403: not with [redacted]");
        assertThat(request()).contains("X-Api-Key: 1st-key");
        assertThat(secrets).isEmpty();
        assertThat(onEventLoop).isFalse();
    }

    @Test
    void theEndpointHasNoInitialGrant() {
        assertThat(client(POST_JSON, standard()).initialGrant()).isEqualTo(InitialGrant.NONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r1\r\nX-Admin: true", "r\u00e9"})
    void aRefreshTokenThatCouldBreakOutOfAHeaderIsNotSent(String refreshToken) {
        Request request = new Request(Method.GET, Body.NONE, Map.of(), Map.of("Cookie", "session={refresh_token}"));

        RefreshFailure failure = failure(client(request, standard()), refreshToken(refreshToken));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("credential_unusable");
        assertThat(failure.detail()).contains("header Cookie").doesNotContain(refreshToken);
        assertThat(server.connections()).isZero();
    }

    @Test
    void anUnexpectedExceptionIsARefreshFailureWithoutItsMessage() {
        RefreshFailure failure = failure(client(POST_JSON, standard(), () -> {
            throw new IllegalStateException("about s3cret");
        }));

        assertThat(failure.error()).isEqualTo("internal_error");
        assertThat(failure.toString()).doesNotContain("s3cret");
    }

    private void respond(String status, String header, String body) {
        responses.add("HTTP/1.1 %s X\r\nContent-Length: %d\r\n%s\r\n%s"
                .formatted(status, body.length(), header.isEmpty() ? "" : header + "\r\n", body));
    }

    private List<String> request() throws Exception {
        return Stream.of(server.arrived.get(20, TimeUnit.SECONDS).split("\n", -1))
                .toList();
    }

    private static ResponseLocation at(String text) {
        return new ResponseLocation(text);
    }

    private static RefreshEndpoint.Response standard() {
        return accessTokenAt("/accessToken");
    }

    private static RefreshEndpoint.Response accessTokenAt(String location) {
        return new RefreshEndpoint.Response(at(location), at("/refreshToken"), at("/expiresIn"), null, at("/message"));
    }

    private RefreshEndpointClient client(Request request, RefreshEndpoint.Response response) {
        return client(request, response, null);
    }

    private RefreshEndpointClient client(
            Request request, RefreshEndpoint.Response response, @Nullable SecretSource clientSecret) {
        return new RefreshEndpointClient(
                new RefreshEndpoint(server.http(), request, response, Set.of(401)),
                clientSecret,
                null,
                Lifetimes.standard(),
                transport,
                files,
                InstantSource.system());
    }

    /** As GitHub issues the token of an installation. */
    private RefreshEndpointClient withAssertion(String assertion) {
        return new RefreshEndpointClient(
                new RefreshEndpoint(
                        server.http(),
                        new Request(Method.POST, Body.JSON, Map.of(), Map.of("Authorization", "Bearer {assertion}")),
                        new RefreshEndpoint.Response(
                                at("/token"), null, at("/expiresIn"), at("/expires_at"), at("/message")),
                        Set.of(401, 404)),
                null,
                new GrantAssertion.Issued(() -> List.of(Secret.of(assertion))),
                Lifetimes.standard(),
                transport,
                files,
                InstantSource.system());
    }

    @Test
    void anAssertionTakesThePlaceOfTheRefreshToken() throws Exception {
        respond("201", "Date: Sun, 01 Mar 2026 12:00:00 GMT", """
                {"token":"ghs_1","expires_at":"2026-03-01T13:00:00Z","refreshToken":"not-asked-for"}""");

        RefreshEndpointClient client = withAssertion("a.b.c");
        TokenResponse tokens =
                (TokenResponse) client.requestInitialGrant().await().atMost(TIMEOUT);

        assertThat(client.initialGrant()).isEqualTo(InitialGrant.UNATTENDED);
        assertThat(tokens.accessToken()).isEqualTo(Secret.of("ghs_1"));
        assertThat(tokens.lifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(tokens.refreshToken()).isNull();
        assertThat(request())
                .startsWith("POST /token?tenant=1 HTTP/1.1")
                .contains("Authorization: Bearer a.b.c")
                .noneMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("content-type"))
                .endsWith("");
    }

    @Test
    void aRejectedAssertionIsAMatterOfConfiguration() {
        respond("404", "", "{\"message\":\"a.b.c: Not Found\"}");

        RefreshFailure failure = (RefreshFailure) withAssertion("a.b.c")
                .requestInitialGrant()
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("http_404");
        assertThat(failure.detail())
                .startsWith("the refresh endpoint answered 404: [redacted]: Not Found; the assertion has expired");
    }

    private static RefreshToken refreshToken() {
        return refreshToken(REFRESH_TOKEN);
    }

    private static RefreshToken refreshToken(String value) {
        return new RefreshToken(Secret.of(value), Instant.EPOCH, null);
    }

    private static TokenResponse granted(RefreshEndpointClient client) {
        return (TokenResponse) client.refresh(refreshToken()).await().atMost(TIMEOUT);
    }

    private static RefreshFailure failure(RefreshEndpointClient client) {
        return failure(client, refreshToken());
    }

    private static RefreshFailure failure(RefreshEndpointClient client, RefreshToken refreshToken) {
        Throwable failure = client.refresh(refreshToken)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
        assertThat(failure).isInstanceOf(RefreshFailure.class);
        return (RefreshFailure) failure;
    }
}

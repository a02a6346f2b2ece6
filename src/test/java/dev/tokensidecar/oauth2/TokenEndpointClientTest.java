package dev.tokensidecar.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoAuthorizationServer;
import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.demo.RecordedRequest;
import dev.tokensidecar.egress.ProxyRules;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientIdOnly;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretBasic;
import dev.tokensidecar.oauth2.ClientAuthentication.ClientSecretPost;
import dev.tokensidecar.oauth2.http.HttpTransport;
import dev.tokensidecar.oauth2.http.TransportLimits;
import dev.tokensidecar.oauth2.keys.SecretSource;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.InvalidGrant;
import dev.tokensidecar.token.RefreshFailure.InvalidResponse;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.RefreshToken;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.SuccessfulResponse;
import dev.tokensidecar.token.TokenResponse;
import dev.tokensidecar.token.UnusableResponse;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.mutiny.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class TokenEndpointClientTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ResourceTarget TARGET = new ResourceTarget(null, null, List.of(), Map.of());
    private static final Secret CORRECT_SECRET = Secret.of(DemoOptions.CLIENT_SECRET);

    private final Vertx vertx = Vertx.vertx();
    private final ExecutorService files = Executors.newSingleThreadExecutor();
    private final DemoAuthorizationServer server = DemoAuthorizationServer.start(
            vertx.getDelegate(),
            DemoOptions.builder().refreshTokenLifetime(Duration.ofMinutes(30)).build());
    private final HttpTransport transport = new HttpTransport(
            vertx,
            Runnable::run,
            HttpClientOptions::new,
            ProxyRules.DIRECT,
            new TransportLimits(TIMEOUT, TIMEOUT, 1024 * 1024));
    private final RefreshToken session = refreshToken(server.newSession());

    @AfterEach
    void stop() {
        server.close();
        files.shutdown();
        vertx.closeAndAwait();
    }

    @Test
    void aRefreshTokenYieldsTokens() {
        TokenResponse tokens = granted(client(basic(() -> List.of(CORRECT_SECRET))), session);

        assertThat(tokens.tokenType()).isEqualTo("Bearer");
        assertThat(tokens.scope()).isEqualTo("read write");
        assertThat(tokens.lifetime()).isEqualTo(Duration.ofSeconds(30));
        assertThat(tokens.refreshToken()).isNotNull().isNotEqualTo(session.value());
        assertThat(tokens.refreshTokenLifetime()).isEqualTo(Duration.ofMinutes(30));
        assertThat(onlyRequest().form())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "grant_type",
                        "refresh_token",
                        "refresh_token",
                        session.value().reveal()));
    }

    @Test
    void eachSubscriptionIsOneAttempt() {
        Uni<SuccessfulResponse> attempt =
                client(basic(() -> List.of(CORRECT_SECRET))).refresh(session);
        assertThat(server.requests()).isEmpty();

        server.faults().next(2, Fault.status(503));
        assertThat(failure(attempt)).isInstanceOf(Unavailable.class);
        assertThat(failure(attempt)).isInstanceOf(Unavailable.class);

        assertThat(server.presentedRefreshTokens())
                .containsExactly(session.value().reveal(), session.value().reveal());
    }

    @Test
    void aSecretMayBeSentInTheBody() {
        assertThat(granted(client(new ClientSecretPost(DemoOptions.CLIENT_ID, () -> List.of(CORRECT_SECRET))), session))
                .isNotNull();

        assertThat(onlyRequest().form())
                .containsEntry("client_id", DemoOptions.CLIENT_ID)
                .containsEntry("client_secret", DemoOptions.CLIENT_SECRET);
        assertThat(onlyRequest().headers()).doesNotContainKey("Authorization");
    }

    @Test
    void aPublicClientSendsItsId() {
        RefreshToken ofPublicClient = refreshToken(server.newSession(DemoOptions.PUBLIC_CLIENT_ID));

        assertThat(granted(client(new ClientIdOnly(DemoOptions.PUBLIC_CLIENT_ID)), ofPublicClient))
                .isNotNull();

        assertThat(onlyRequest().form()).containsEntry("client_id", DemoOptions.PUBLIC_CLIENT_ID);
    }

    @ParameterizedTest
    @CsvSource({"200", "400", "401", "403"})
    @DisplayName("The sidecar recognizes invalid_grant in responses with status 403 and 200 too: over HTTP (R17)")
    void anInvalidRefreshTokenIsInvalidGrantWithAnyStatus(int status) {
        server.faults().next(Fault.error(status, "invalid_grant"));

        assertThat(failure(client(basic(() -> List.of(CORRECT_SECRET))).refresh(session)))
                .isInstanceOf(InvalidGrant.class);
    }

    @ParameterizedTest
    @CsvSource({"401, invalid_client", "401, unauthorized_client", "400, invalid_client", "401, access_denied"})
    @DisplayName("After invalid_client the sidecar reads the client secret once more (R19)")
    void aReplacedSecretIsUsedImmediately(int status, String error) {
        server.faults().next(Fault.error(status, error));
        ChangingSecret secrets = new ChangingSecret("old", DemoOptions.CLIENT_SECRET);

        assertThat(granted(client(basic(secrets)), session)).isNotNull();

        assertThat(server.presentedRefreshTokens())
                .containsExactly(session.value().reveal(), session.value().reveal());
        assertThat(secrets.remaining()).isZero();
    }

    @Test
    @DisplayName("After invalid_client the sidecar reads the client secret once more: only once (R19)")
    void aReplacedSecretThatIsWrongTooIsNotReadAgain() {
        ChangingSecret secrets = new ChangingSecret("old", "older", DemoOptions.CLIENT_SECRET);

        RefreshFailure failure = failure(client(basic(secrets)).refresh(session));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(failure.error()).isEqualTo("invalid_client");
        assertThat(server.requests()).hasSize(2);
        assertThat(secrets.remaining()).isEqualTo(1);
    }

    @Test
    @DisplayName("After invalid_client the sidecar reads the client secret once more: the same one is not sent again"
            + " (R19)")
    void theSameSecretIsNotSentAgain() {
        ChangingSecret secrets = new ChangingSecret("wrong", "wrong");

        RefreshFailure failure = failure(client(basic(secrets)).refresh(session));

        assertThat(failure).isInstanceOf(Misconfigured.class);
        assertThat(server.requests()).hasSize(1);
        assertThat(secrets.remaining()).isZero();
    }

    @Test
    void duringARotationTheOldSecretFollowsARejectedNewOne() {
        ChangingSecret secrets = new ChangingSecret("new|" + DemoOptions.CLIENT_SECRET);

        assertThat(granted(client(basic(secrets)), session)).isNotNull();

        assertThat(server.requests()).hasSize(2);
    }

    /** An error code that nobody knows says no more than none. */
    @Test
    void duringARotationTheOldSecretFollowsARejectionInOtherWords() {
        server.faults().next(Fault.error(401, "unauthorized"));
        ChangingSecret secrets = new ChangingSecret("new|" + DemoOptions.CLIENT_SECRET);

        assertThat(granted(client(basic(secrets)), session)).isNotNull();

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRejectedSecretWithSpecialCharactersIsExplained() {
        RefreshFailure failure =
                failure(client(basic(() -> List.of(Secret.of("a$?~/b")))).refresh(session));

        assertThat(failure.error()).isEqualTo("invalid_client");
        assertThat(failure.detail()).endsWith("if both are right, set client.basic-encoding=none");
    }

    @Test
    void duringARotationTheOldSecretIsNotSentIfTheNewOneIsAccepted() {
        ChangingSecret secrets = new ChangingSecret(DemoOptions.CLIENT_SECRET + "|old");

        assertThat(granted(client(basic(secrets)), session)).isNotNull();

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void noSecretIsSentTwiceInOneExchange() {
        ChangingSecret secrets = new ChangingSecret("a|b", "b|a", DemoOptions.CLIENT_SECRET);

        assertThat(failure(client(basic(secrets)).refresh(session)).error()).isEqualTo("invalid_client");

        assertThat(server.requests()).hasSize(2);
        assertThat(secrets.remaining()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_grant", "invalid_scope", "temporarily_unavailable"})
    void anyOtherErrorIsNotRetried(String error) {
        server.faults().next(Fault.error(400, error));

        assertThat(failure(client(basic(new ChangingSecret("a", "b"))).refresh(session))
                        .error())
                .isEqualTo(error);

        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anUnreadableSecretIsTheFailure() {
        Misconfigured unreadable = new Misconfigured("client_secret_unreadable", "no file");

        RefreshFailure failure = failure(client(basic(() -> {
                    throw unreadable;
                }))
                .refresh(session));

        assertThat(failure).isSameAs(unreadable);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aSecretIsReadOffTheEventLoop() {
        AtomicBoolean onEventLoop = new AtomicBoolean(true);
        TokenEndpointClient client = client(basic(() -> {
            onEventLoop.set(Context.isOnEventLoopThread());
            return List.of(CORRECT_SECRET);
        }));

        UniAssertSubscriber<SuccessfulResponse> tokens = UniAssertSubscriber.create();
        vertx.runOnContext(() -> client.refresh(session).subscribe().withSubscriber(tokens));
        tokens.awaitItem(TIMEOUT);

        assertThat(onEventLoop).isFalse();
    }

    @Test
    @DisplayName("A token that the server echoes in an error response appears in no error and no log line: in the"
            + " error of a refresh (R47)")
    void anEchoedRefreshTokenIsRedacted() {
        server.faults().next(Fault.echo(400, "invalid_grant"));

        RefreshFailure failure =
                failure(client(basic(() -> List.of(CORRECT_SECRET))).refresh(session));

        assertThat(failure.detail())
                .isEqualTo("the authorization server answered 400 invalid_grant: cannot use refresh token [redacted]");
    }

    @Test
    void anEchoedClientSecretIsRedacted() {
        server.faults()
                .next(Fault.reply(400, "text/plain", "error=invalid_request&error_description=not+demo-secret+please"));

        RefreshFailure failure =
                failure(client(basic(() -> List.of(CORRECT_SECRET))).refresh(session));

        assertThat(failure.detail()).endsWith("400 invalid_request: not [redacted] please");
    }

    @Test
    @DisplayName("The HTTP client never repeats a token request by itself: after the server has processed it (R26)")
    void aResetAfterProcessingIsInDoubtAndNotRetried() {
        server.faults().next(Fault.reset().afterProcessing());

        RefreshFailure failure =
                failure(client(basic(() -> List.of(CORRECT_SECRET))).refresh(session));

        assertThat(failure).isInstanceOf(Unavailable.class);
        assertThat(failure.inDoubt()).isTrue();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anythingButATokenResponseIsInvalid() {
        server.faults().next(Fault.garbage(), Fault.oversized(), Fault.without("access_token"));
        TokenEndpointClient client = client(basic(() -> List.of(CORRECT_SECRET)));

        for (int i = 0; i < 3; i++) {
            RefreshToken fresh = refreshToken(server.newSession());
            assertThat(failure(client.refresh(fresh))).isInstanceOf(InvalidResponse.class);
        }
    }

    @Test
    void aTruncatedResponseIsInDoubt() {
        server.faults().next(Fault.truncated());

        RefreshFailure failure =
                failure(client(basic(() -> List.of(CORRECT_SECRET))).refresh(session));

        assertThat(failure.error()).isEqualTo("connection_lost");
        assertThat(failure.inDoubt()).isTrue();
    }

    @Test
    void cancellingEndsTheExchange() {
        server.faults().next(Fault.hold());
        Cancellable attempt = client(basic(() -> List.of(CORRECT_SECRET)))
                .refresh(session)
                .subscribe()
                .with(tokens -> {});
        server.awaitHeld(1);

        attempt.cancel();

        server.awaitEnded(1);
        assertThat(server.stats().inFlight()).isZero();
    }

    @Test
    void theEndpointMayBeDiscovered() {
        TokenEndpointClient client = client(discovered(), basic(() -> List.of(CORRECT_SECRET)));

        Secret second = Objects.requireNonNull(granted(client, session).refreshToken());
        assertThat(granted(client, refreshToken(second.reveal()))).isNotNull();

        assertThat(server.requests()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"404, true", "405, true", "400, false", "503, false"})
    void aMissingEndpointIsForgotten(int status, boolean forgotten) {
        DiscoveredEndpoint endpoint = discovered();
        assertThat(granted(client(endpoint, basic(() -> List.of(CORRECT_SECRET))), session))
                .isNotNull();
        server.faults().next(Fault.status(status));
        assertThat(failure(client(endpoint, basic(() -> List.of(CORRECT_SECRET)))
                                .refresh(session))
                        .error())
                .isEqualTo("http_" + status);
        server.close();

        Uni<URI> afterwards = endpoint.locate();

        if (forgotten) {
            assertThat(failure(afterwards).error()).isIn("connect_failed", "connection_lost");
        } else {
            assertThat(afterwards.await().atMost(TIMEOUT)).hasToString(server.tokenEndpoint());
        }
    }

    @Test
    void anUnexpectedExceptionIsARefreshFailureWithoutItsMessage() {
        RefreshFailure failure = failure(client(basic(() -> {
                    throw new IllegalStateException("about s3cret");
                }))
                .refresh(session));

        assertThat(failure.error()).isEqualTo("internal_error");
        assertThat(failure.inDoubt()).isTrue();
        assertThat(failure.detail()).startsWith("unexpected java.lang.IllegalStateException at ");
        assertThat(failure.toString()).doesNotContain("s3cret");
    }

    private TokenEndpointClient client(ClientAuthentication authentication) {
        return client(fixed(), authentication);
    }

    private TokenEndpointClient client(ServerEndpoint endpoint, ClientAuthentication authentication) {
        return new TokenEndpointClient(
                endpoint,
                authentication,
                TARGET,
                new Grant.RefreshTokenOnly(),
                Dialect.standard(),
                null,
                transport,
                files,
                InstantSource.system());
    }

    private ServerEndpoint fixed() {
        return new ServerEndpoint.Fixed(URI.create(server.tokenEndpoint()));
    }

    private DiscoveredEndpoint discovered() {
        return new DiscoveredEndpoint(
                URI.create(server.issuer()),
                DiscoveredEndpoint.TOKEN,
                transport,
                InstantSource.system(),
                false,
                endpoint -> false);
    }

    private static ClientSecretBasic basic(SecretSource secret) {
        return new ClientSecretBasic(DemoOptions.CLIENT_ID, secret, true);
    }

    private static RefreshToken refreshToken(String value) {
        return new RefreshToken(Secret.of(value), Instant.EPOCH, null);
    }

    private RecordedRequest onlyRequest() {
        assertThat(server.requests()).hasSize(1);
        return server.requests().getFirst();
    }

    private static TokenResponse granted(TokenEndpointClient client, RefreshToken refreshToken) {
        return (TokenResponse) client.refresh(refreshToken).await().atMost(TIMEOUT);
    }

    private static <T> RefreshFailure failure(Uni<T> attempt) {
        Throwable failure = attempt.invoke(reply -> {
                    if (reply instanceof UnusableResponse unusable) {
                        throw unusable.flaw();
                    }
                })
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitFailure(TIMEOUT)
                .getFailure();
        assertThat(failure).isInstanceOf(RefreshFailure.class);
        return (RefreshFailure) failure;
    }

    /** A secret that changes with each read; {@code new|old} during a rotation. */
    private static final class ChangingSecret implements SecretSource {

        private final Deque<String> secrets;

        ChangingSecret(String... secrets) {
            this.secrets = new ArrayDeque<>(List.of(secrets));
        }

        @Override
        public synchronized List<Secret> read() {
            return Stream.of(secrets.pop().split("\\|")).map(Secret::of).toList();
        }

        synchronized int remaining() {
            return secrets.size();
        }
    }
}

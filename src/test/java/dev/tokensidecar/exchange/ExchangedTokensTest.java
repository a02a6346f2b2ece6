package dev.tokensidecar.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.core.Policies;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenHash;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens on behalf of users, with virtual time and a server that the test holds back. */
@Timeout(60)
class ExchangedTokensTest {

    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final ExchangeRequest.RequestedToken TARGET =
            new ExchangeRequest.RequestedToken(List.of("orders"), List.of(), "read", null);

    private final VirtualTime time = new VirtualTime();
    private final FakeExchangeServer server = new FakeExchangeServer();
    private final Map<ExchangeListener.ServedBy, Integer> calls = new EnumMap<>(ExchangeListener.ServedBy.class);
    private final ExchangedTokens tokens = tokens(3, 100_000, 1 << 20);

    private ExchangedTokens tokens(int concurrent, int waiters, long bytes) {
        return new ExchangedTokens(
                server,
                new ExchangePolicy(concurrent, waiters, bytes, Duration.ofSeconds(5), Policies.DEFAULT),
                new TokenRuntime(time, new Random(1), time, Runnable::run),
                new ExchangeListener() {
                    @Override
                    public void called(ServedBy source) {
                        calls.merge(source, 1, Integer::sum);
                    }
                });
    }

    private static ExchangeRequest of(String subject) {
        return new ExchangeRequest(Secret.of(subject), "jwt", null, null, TARGET);
    }

    private UniAssertSubscriber<AccessToken> ask(String subject) {
        return tokens.token(of(subject), WAIT).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    private static @Nullable String value(UniAssertSubscriber<AccessToken> result) {
        AccessToken token = result.getItem();
        return token == null ? null : token.value().reveal();
    }

    private static RefreshFailure rejected() {
        return new RefreshFailure.InvalidGrant("invalid_grant", "the token of the user has expired");
    }

    private static RefreshFailure unavailable() {
        return RefreshFailure.Unavailable.unprocessed("http_503", "down");
    }

    @Test
    void callersWithOneSubjectShareOneRequest() {
        List<UniAssertSubscriber<AccessToken>> results =
                Stream.generate(() -> ask("anna")).limit(1000).toList();
        assertThat(results).allMatch(result -> result.getItem() == null);

        server.grant();

        assertThat(results).extracting(ExchangedTokensTest::value).containsOnly("for-anna-1");
        assertThat(server.subjects()).containsExactly("anna");
        assertThat(calls)
                .containsExactly(
                        Map.entry(ExchangeListener.ServedBy.REQUEST, 1),
                        Map.entry(ExchangeListener.ServedBy.SHARED, 999));
    }

    @Test
    void eachSubjectGetsItsOwnToken() {
        var anna = ask("anna");
        var ben = ask("ben");
        server.grant();
        server.grant();

        assertThat(value(anna)).startsWith("for-anna");
        assertThat(value(ben)).startsWith("for-ben");
        assertThat(value(ask("anna"))).isEqualTo(value(anna));
        assertThat(server.subjects()).containsExactly("anna", "ben");
    }

    @Test
    void noMoreThanTheConfiguredNumberOfRequestsRunAtTheSameTime() {
        List<UniAssertSubscriber<AccessToken>> results =
                IntStream.range(0, 1000).mapToObj(user -> ask("user-" + user)).toList();
        for (int granted = 0; granted < 1000; granted++) {
            assertThat(server.held()).isEqualTo(Math.min(3, 1000 - granted));
            server.grant();
        }

        for (int user = 0; user < 1000; user++) {
            assertThat(value(results.get(user))).startsWith("for-user-" + user + "-");
        }
        assertThat(server.maxHeld()).isEqualTo(3);
        assertThat(tokens.running()).isZero();
    }

    @Test
    void aTokenIsServedUntilShortlyBeforeItEnds() {
        var unused = ask("anna");
        server.grant();

        time.advance(Duration.ofSeconds(289));
        assertThat(value(ask("anna"))).isEqualTo("for-anna-1");
        time.advance(Duration.ofSeconds(2));

        assertThat(value(ask("anna"))).isNull();
        assertThat(server.held()).isEqualTo(1);
    }

    @Test
    void aTokenIsServedNoLongerThanThatOfTheUserIsValid() {
        server.lifetimes(Duration.ofHours(1), Duration.ofSeconds(60));
        AccessToken token = exchanged("anna");
        assertThat(token.remaining(time.now())).isEqualTo(Duration.ofSeconds(60));

        time.advance(Duration.ofSeconds(61));

        assertThat(value(ask("anna"))).isNull();
    }

    private AccessToken exchanged(String subject) {
        var result = ask(subject);
        server.grant();
        return result.getItem();
    }

    @Test
    void aRejectedSubjectIsRememberedForAMoment() {
        var first = ask("anna");
        server.fail(rejected());
        first.assertFailedWith(RefreshFailure.InvalidGrant.class);

        ask("anna").assertFailedWith(RefreshFailure.InvalidGrant.class);
        assertThat(server.subjects()).hasSize(1);
        assertThat(calls).containsEntry(ExchangeListener.ServedBy.REJECTION, 1);

        time.advance(Duration.ofSeconds(5));
        assertThat(value(ask("anna"))).isNull();
        assertThat(server.subjects()).hasSize(2);
    }

    @Test
    void aRejectedSubjectAffectsNobodyElse() {
        var anna = ask("anna");
        server.fail(rejected());
        anna.assertFailedWith(RefreshFailure.InvalidGrant.class);

        assertThat(exchanged("ben").value()).isEqualTo(Secret.of("for-ben-2"));
    }

    @Test
    void aServerThatFailsIsLeftAloneForAllUntilItsPauseIsOver() {
        for (int failures = 0; failures < 8; failures++) {
            var unused = ask("anna");
            server.fail(unavailable());
            time.advance(Duration.ofSeconds(30));
        }
        var unused = ask("anna");
        server.fail(unavailable());

        ask("ben").assertFailedWith(RefreshFailure.Unavailable.class);
        assertThat(server.subjects()).doesNotContain("ben");

        time.advance(Duration.ofSeconds(30));
        assertThat(exchanged("ben").value().reveal()).startsWith("for-ben");
        assertThat(exchanged("clara").value().reveal()).startsWith("for-clara");
    }

    @Test
    void theFailureOfAServerIsNotRememberedForTheSubject() {
        var unused = ask("anna");
        server.fail(unavailable());
        time.advance(Duration.ofSeconds(1));

        assertThat(exchanged("anna").value().reveal()).startsWith("for-anna");
    }

    @Test
    void aTokenThatAnApiRejectsIsReplacedForThatSubjectAlone() {
        AccessToken anna = exchanged("anna");
        AccessToken ben = exchanged("ben");

        tokens.reject(TokenHash.of(anna.value()));

        assertThat(value(ask("ben"))).isEqualTo(ben.value().reveal());
        assertThat(value(ask("anna"))).isNull();
        server.grant();
        assertThat(value(ask("anna"))).isEqualTo("for-anna-3");
    }

    @Test
    void aReportAboutAReplacedOrUnknownTokenChangesNothing() {
        AccessToken old = exchanged("anna");
        tokens.reject(TokenHash.of(old.value()));
        AccessToken replaced = exchanged("anna");

        tokens.reject(TokenHash.of(old.value()));
        tokens.reject(TokenHash.of(Secret.of("unknown")));

        assertThat(value(ask("anna"))).isEqualTo(replaced.value().reveal());
    }

    @Test
    void aTokenThatWasRenewedForThatReasonIsNotRenewedAgainAtOnce() {
        tokens.reject(TokenHash.of(exchanged("anna").value()));
        TokenHash renewed = TokenHash.of(exchanged("anna").value());

        assertThatThrownBy(() -> tokens.reject(renewed)).isInstanceOf(TokenException.RejectedAgain.class);
        assertThat(value(ask("anna"))).isEqualTo("for-anna-2");

        time.advance(Duration.ofSeconds(60));
        tokens.reject(renewed);
        assertThat(value(ask("anna"))).isNull();
    }

    @Test
    void aCallerWhoseTimeIsUpLeavesTheRequestToTheOthers() {
        var impatient = tokens.token(of("anna"), Duration.ofSeconds(1))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.<AccessToken>create());
        var patient = ask("anna");
        time.advance(Duration.ofSeconds(1));
        impatient.assertFailedWith(TokenException.DeadlineExceeded.class);

        server.grant();

        assertThat(value(patient)).isEqualTo("for-anna-1");
        assertThat(server.subjects()).hasSize(1);
    }

    @Test
    void aCallerThatLeavesDoesNotStopTheRequest() {
        var leaving = ask("anna");
        leaving.cancel();
        server.grant();

        assertThat(value(ask("anna"))).isEqualTo("for-anna-1");
        assertThat(server.subjects()).hasSize(1);
    }

    @Test
    void noMoreCallersWaitThanConfigured() {
        ExchangedTokens small = tokens(1, 2, 1 << 20);
        List<UniAssertSubscriber<AccessToken>> results = Stream.of("anna", "anna", "ben")
                .map(subject -> small.token(of(subject), WAIT)
                        .subscribe()
                        .withSubscriber(UniAssertSubscriber.<AccessToken>create()))
                .toList();

        results.getLast().assertFailedWith(TokenException.TooManyWaiters.class);
        server.grant();
        assertThat(value(results.getFirst())).isEqualTo("for-anna-1");
    }

    @Test
    void theMemoryIsBoundedHoweverManyUsersPass() {
        server.respondImmediately();
        ExchangedTokens small = tokens(1, 10, 100_000);
        for (int user = 0; user < 100_000; user++) {
            var unused = small.token(of("user-" + user), WAIT).await().indefinitely();
        }

        assertThat(small.cached()).isBetween(100L, 200L);
    }

    @Test
    void callersThatComeTogetherStartOneRequest() throws Exception {
        server.respondImmediately();
        for (int round = 0; round < 2000; round++) {
            String subject = "user-" + round;
            CountDownLatch begin = new CountDownLatch(1);
            List<Thread> callers = new ArrayList<>();
            for (int caller = 0; caller < 4; caller++) {
                callers.add(Thread.ofPlatform().start(() -> {
                    try {
                        begin.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    assertThat(tokens.token(of(subject), WAIT)
                                    .await()
                                    .indefinitely()
                                    .value()
                                    .reveal())
                            .startsWith("for-" + subject + "-");
                }));
            }
            begin.countDown();
            for (Thread caller : callers) {
                caller.join();
            }
        }

        assertThat(server.subjects()).hasSize(2000).doesNotHaveDuplicates();
    }
}

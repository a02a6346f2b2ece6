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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens on behalf of users, with virtual time and a server that the test holds back. */
@Timeout(60)
class ExchangedTokensTest {

    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final ExchangeRequest.RequestedToken TARGET =
            new ExchangeRequest.RequestedToken(List.of("orders"), List.of(), "read", null);

    private final VirtualTime time = new VirtualTime();
    private final FakeExchangeServer server = new FakeExchangeServer();
    private final Map<ExchangeListener.ServedBy, Integer> calls = new EnumMap<>(ExchangeListener.ServedBy.class);
    private int evictions;
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

                    @Override
                    public void evicted() {
                        evictions++;
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
    void aRejectedTokenIsReplacedForItsCallersOnly() {
        AccessToken old = exchanged("anna");
        AccessToken other = exchanged("ben");
        server.respondImmediately();

        assertThat(afterRejection("anna", old).getItem().value().reveal()).isEqualTo("for-anna-3");
        assertThat(afterRejection("anna", old).getItem().value().reveal())
                .as("a late report")
                .isEqualTo("for-anna-3");
        assertThat(tokens.fresh(of("ben"))).isSameAs(other);
        assertThat(tokens.fresh(of("anna")))
                .isSameAs(afterRejection("anna", old).getItem());
        assertThat(tokens.fresh(of("carl"))).isNull();
    }

    @Test
    void aTokenThatWasJustReplacedIsNotReplacedAgain() {
        AccessToken old = exchanged("anna");
        server.respondImmediately();
        AccessToken newer = afterRejection("anna", old).getItem();

        assertThat(afterRejection("anna", newer).getFailure()).isInstanceOf(TokenException.RejectedAgain.class);
        assertThat(server.subjects()).hasSize(2);

        time.advance(Duration.ofSeconds(60));
        assertThat(afterRejection("anna", newer).getItem().value().reveal()).isEqualTo("for-anna-3");
    }

    private UniAssertSubscriber<AccessToken> afterRejection(String subject, AccessToken rejected) {
        return tokens.tokenAfterRejection(of(subject), TokenHash.of(rejected.value()), WAIT)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
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
        assertThat(evictions).isEqualTo(100_000 - small.cached());
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

    /** A stack that one frame for each waiting request would overflow. */
    @Test
    void aServerThatFailsWhileManyUsersWaitServesThemAfterThePause() throws Exception {
        Thread small = new Thread(
                null,
                () -> {
                    List<?> waiting = IntStream.range(0, 20_000)
                            .mapToObj(user -> ask("user-" + user))
                            .toList();
                    assertThat(waiting).hasSize(20_000);
                    for (int sent = 0; sent < 3; sent++) {
                        server.fail(unavailable());
                    }
                },
                "small stack",
                200_000);
        small.start();
        small.join();
        assertThat(tokens.running()).isZero();

        time.advance(Duration.ofSeconds(30));
        assertThat(exchanged("user-1").value().reveal()).startsWith("for-user-1-");
    }

    @Test
    void aCallerThatMayNotWaitCausesNoRequest() {
        ExchangedTokens small = tokens(5, 1, 1 << 20);
        var anna = ask(small, "anna");
        ask(small, "ben").assertFailedWith(TokenException.TooManyWaiters.class);

        server.grant();

        assertThat(value(anna)).isEqualTo("for-anna-1");
        assertThat(server.subjects()).containsExactly("anna");
    }

    private static UniAssertSubscriber<AccessToken> ask(ExchangedTokens tokens, String subject) {
        return tokens.token(of(subject), WAIT).subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    @Test
    void aRequestThatNobodyWaitsForAnyMoreIsNotSent() {
        ExchangedTokens one = tokens(1, 100, 1 << 20);
        var anna = ask(one, "anna");
        ask(one, "ben").cancel();
        var clara = ask(one, "clara");
        time.advance(WAIT);
        var dora = ask(one, "dora");

        server.grant();
        server.grant();

        assertThat(value(dora)).startsWith("for-dora");
        assertThat(server.subjects()).containsExactly("anna", "dora");
        anna.assertFailedWith(TokenException.DeadlineExceeded.class);
        clara.assertFailedWith(TokenException.DeadlineExceeded.class);
        assertThat(one.running()).isZero();
    }

    @Test
    void aCallerThatComesAfterTheOthersHaveLeftGetsAToken() {
        ExchangedTokens one = tokens(1, 100, 1 << 20);
        var anna = ask(one, "anna");
        ask(one, "ben").cancel();
        var ben = ask(one, "ben");
        server.grant();
        server.grant();

        assertThat(value(anna)).startsWith("for-anna");
        assertThat(value(ben)).startsWith("for-ben");
    }

    static Stream<RefreshFailure> ofOneRequest() {
        return Stream.concat(
                Stream.of(
                                "invalid_token",
                                "login_required",
                                "mfa_required",
                                "unsupported_token_type",
                                "http_413",
                                "http_422")
                        .map(error -> new RefreshFailure.Misconfigured(error, "rejected")),
                Stream.of(RefreshFailure.InvalidResponse.ofToken("a token that is not a bearer token")));
    }

    @ParameterizedTest
    @MethodSource("ofOneRequest")
    void theFailureOfOneRequestPausesNobodyElse(RefreshFailure failure) {
        var anna = ask("anna");
        server.fail(failure);
        anna.assertFailedWith(failure.getClass());

        assertThat(exchanged("ben").value().reveal()).startsWith("for-ben");
    }

    static Stream<RefreshFailure> ofTheServer() {
        return Stream.concat(
                Stream.of("invalid_client", "unsupported_grant_type", "http_401", "http_404", "key_file_unreadable")
                        .map(error -> new RefreshFailure.Misconfigured(error, "rejected")),
                Stream.of(new RefreshFailure.InvalidResponse("neither a JSON object nor a form")));
    }

    @ParameterizedTest
    @MethodSource("ofTheServer")
    void aFailureThatAffectsEverybodyPausesAll(RefreshFailure failure) {
        for (int failures = 0; failures < 8; failures++) {
            var unused = ask("anna");
            server.fail(failure);
            time.advance(Duration.ofSeconds(30));
        }
        var unused = ask("anna");
        server.fail(failure);

        ask("ben").assertFailedWith(failure.getClass());
        assertThat(server.subjects()).doesNotContain("ben");
    }

    @Test
    void aResponseThatWasOnItsWayDoesNotEndThePause() {
        var anna = ask("anna");
        time.advance(Duration.ofMillis(300));
        var ben = ask("ben");
        server.failNewest(throttled(Duration.ofSeconds(60)));
        server.grant();
        assertThat(value(anna)).startsWith("for-anna");
        ben.assertFailedWith(RefreshFailure.Unavailable.class);

        ask("clara").assertFailedWith(RefreshFailure.Unavailable.class);
        time.advance(Duration.ofSeconds(61));
        assertThat(exchanged("clara").value().reveal()).startsWith("for-clara");
    }

    @Test
    void aFailureThatWasOnItsWayDoesNotShortenThePause() {
        var anna = ask("anna");
        var ben = ask("ben");
        server.failNewest(throttled(Duration.ofSeconds(60)));
        server.fail(unavailable());
        anna.assertFailedWith(RefreshFailure.Unavailable.class);
        ben.assertFailedWith(RefreshFailure.Unavailable.class);

        time.advance(Duration.ofSeconds(50));
        ask("clara").assertFailedWith(RefreshFailure.Unavailable.class);
    }

    private static RefreshFailure throttled(Duration retryAfter) {
        return new RefreshFailure.Unavailable("http_429", "busy", false, true, retryAfter);
    }

    @Test
    void requestsThatFailTogetherCountAsOneFailure() {
        ExchangedTokens wide = tokens(16, 100, 1 << 20);
        for (int user = 0; user < 16; user++) {
            var unused = ask(wide, "user-" + user);
        }
        for (int user = 0; user < 16; user++) {
            server.fail(unavailable());
        }

        time.advance(Policies.DEFAULT.backOff().initial());
        var anna = ask(wide, "anna");
        server.grant();
        assertThat(value(anna)).startsWith("for-anna");
    }

    @Test
    void aTokenThatTheServerGrantsForOneThatIsOverServesThoseWhoWait() {
        server.lifetimes(Duration.ofMinutes(5), Duration.ZERO);
        AccessToken token = exchanged("anna");

        assertThat(token.remaining(time.now())).isEqualTo(Duration.ofMinutes(5));
        assertThat(value(ask("anna"))).isNull();
    }

    @Test
    void aReportReachesEveryInputWithThatToken() {
        server.sameTokenForAll();
        TokenHash token = TokenHash.of(exchanged("anna").value());
        tokens.reject(token);
        var unused = exchanged("anna");
        var other = exchanged("ben");

        assertThatThrownBy(() -> tokens.reject(token)).isInstanceOf(TokenException.RejectedAgain.class);

        assertThat(value(ask("anna"))).isEqualTo(other.value().reveal());
        assertThat(value(ask("ben"))).isNull();
    }

    @Test
    void theScopeOfATokenCountsAsMemoryToo() {
        server.respondImmediately();
        server.scope("x".repeat(20_000));
        ExchangedTokens small = tokens(1, 10, 100_000);
        for (int user = 0; user < 1000; user++) {
            var unused = small.token(of("user-" + user), WAIT).await().indefinitely();
        }

        assertThat(small.cached()).isLessThan(6);
    }
}

package dev.tokensidecar.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.concurrent.Racers;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshFailure.Misconfigured;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import dev.tokensidecar.token.Secret;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenRuntime;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When keys are fetched, and what happens while they cannot be, in virtual time. */
@Timeout(120)
class IssuerKeysTest {

    private static final TestKey OLD = TestKey.of("old", "ES256");
    private static final TestKey NEW = TestKey.of("new", "ES256");
    private static final TestKey PARTNER = TestKey.of("old", "ES256");

    private final IntrospectionScene scene = new IntrospectionScene();
    private final TrustedIssuer rules = IntrospectionScene.rules("shop", IntrospectionScene.SHOP);

    @BeforeEach
    void publish() {
        scene.shopKeys.publish(TestKey.set(OLD));
        scene.partnerKeys.publish(TestKey.set(PARTNER));
    }

    private String token(TestKey key) {
        return key.sign(scene.claims());
    }

    private static RefreshFailure down() {
        return Unavailable.unprocessed("connect_failed", "no connection");
    }

    private static RefreshFailure failure(UniAssertSubscriber<Introspection> result) {
        return (RefreshFailure) Objects.requireNonNull(result.awaitFailure().getFailure());
    }

    @Test
    void keysAreFetchedAtTheStartAndAheadOfTime() {
        IntrospectionService service = scene.started(rules);

        assertThat(scene.shopKeys.fetches()).isEqualTo(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(IntrospectionScene.verdict(service, token(OLD))).isEqualTo("active");
        }
        assertThat(scene.shopKeys.fetches()).isEqualTo(1);

        scene.time.advance(Duration.ofMinutes(5));
        assertThat(scene.shopKeys.fetches()).as("nobody has asked").isEqualTo(2);
        scene.time.advance(Duration.ofHours(1));
        assertThat(scene.shopKeys.fetches()).isEqualTo(14);
    }

    @Test
    void aRotatedKeyIsFoundAtOnce() {
        IntrospectionService service = scene.started(rules);
        scene.shopKeys.publish(TestKey.set(NEW));

        assertThat(IntrospectionScene.verdict(service, token(NEW))).isEqualTo("active");
        assertThat(scene.shopKeys.fetches()).isEqualTo(2);
        assertThat(scene.heard).contains("shop UNKNOWN_KEY 1");
        assertThat(IntrospectionScene.verdict(service, token(OLD)))
                .as("a withdrawn key")
                .isEqualTo("unknown_key");
    }

    @Test
    void aRotatedKeyIsFoundWithoutKidToo() {
        IntrospectionService service = scene.started(rules);
        scene.shopKeys.publish(TestKey.set(NEW));

        assertThat(IntrospectionScene.verdict(
                        service, NEW.sign(Map.of("alg", "ES256"), scene.claims().encode())))
                .isEqualTo("active");
    }

    @Test
    void aFloodOfUnknownKeysCostsOneFetchAMinute() {
        IntrospectionService service = scene.started(rules);

        for (int second = 0; second < 180; second++) {
            for (int i = 0; i < 20; i++) {
                String token = OLD.sign(
                        Map.of("alg", "ES256", "kid", "kid-" + second + "-" + i),
                        scene.claims().encode());
                assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("unknown_key");
            }
            assertThat(IntrospectionScene.verdict(service, token(OLD))).isEqualTo("active");
            scene.time.advance(Duration.ofSeconds(1));
        }

        assertThat(scene.shopKeys.fetches()).isEqualTo(1 + 3);
    }

    @Test
    void afterAFloodANewKeyIsFoundWithinAMinute() {
        IntrospectionService service = scene.started(rules);
        String unknown =
                OLD.sign(Map.of("alg", "ES256", "kid", "x"), scene.claims().encode());
        assertThat(IntrospectionScene.verdict(service, unknown)).isEqualTo("unknown_key");
        scene.shopKeys.publish(TestKey.set(OLD, NEW));

        assertThat(IntrospectionScene.verdict(service, token(NEW))).isEqualTo("unknown_key");
        scene.time.advance(Duration.ofSeconds(60));
        assertThat(IntrospectionScene.verdict(service, token(NEW))).isEqualTo("active");
    }

    @Test
    void aForgedSignatureOfAKnownKeyCostsNoFetch() {
        IntrospectionService service = scene.started(rules);

        assertThat(IntrospectionScene.verdict(
                        service,
                        NEW.sign(
                                Map.of("alg", "ES256", "kid", "old"),
                                scene.claims().encode())))
                .isEqualTo("signature");
        assertThat(scene.shopKeys.fetches()).isEqualTo(1);
    }

    @Test
    void callersWithNewKeysShareOneFetch() {
        IntrospectionService service = scene.started(rules);
        scene.shopKeys.publish(TestKey.set(OLD, NEW));
        scene.shopKeys.hold();

        List<UniAssertSubscriber<Introspection>> waiting = Stream.generate(
                        () -> IntrospectionScene.ask(service, token(NEW)))
                .limit(500)
                .toList();
        assertThat(IntrospectionScene.verdict(service, token(OLD)))
                .as("others do not wait")
                .isEqualTo("active");
        waiting.getFirst().cancel();
        scene.shopKeys.release();

        assertThat(scene.shopKeys.fetches()).isEqualTo(2);
        assertThat(waiting.subList(1, 500))
                .allSatisfy(
                        result -> assertThat(result.awaitItem().getItem()).isInstanceOf(Introspection.Active.class));
    }

    @Test
    void aFetchThatBeganBeforeTheKeyWasThereIsFollowedByAnother() {
        IntrospectionService service = scene.started(rules);
        scene.shopKeys.hold();
        scene.time.advance(Duration.ofMinutes(5));
        UniAssertSubscriber<Introspection> waiting = IntrospectionScene.ask(service, token(NEW));
        // the scheduled fetch brings the old keys, and the new key appears then
        scene.shopKeys.release();
        assertThat(waiting.awaitItem().getItem())
                .isEqualTo(new Introspection.Inactive("shop", InactiveReason.UNKNOWN_KEY));
        assertThat(scene.shopKeys.fetches()).isEqualTo(3);
    }

    @Test
    void keysAreKeptOverAnOutageForADay() {
        IntrospectionService service = scene.started(rules);
        scene.shopKeys.failWith(down());

        scene.time.advance(Duration.ofHours(23));
        assertThat(IntrospectionScene.verdict(service, token(OLD))).isEqualTo("active");

        scene.time.advance(Duration.ofHours(2));
        RefreshFailure refused = failure(IntrospectionScene.ask(service, token(OLD)));
        assertThat(refused.code()).isEqualTo("temporarily_unavailable");
        assertThat(refused.detail()).contains("no connection");
        assertThat(refused.retryAfter()).isNotNull();

        scene.shopKeys.publish(TestKey.set(OLD));
        scene.time.advance(Duration.ofMinutes(2));
        assertThat(IntrospectionScene.verdict(service, token(OLD))).isEqualTo("active");
    }

    @Test
    void withoutKeysTheAnswerIsNeverInactive() {
        scene.shopKeys.failWith(down());
        IntrospectionService service = scene.started(rules);

        assertThat(failure(IntrospectionScene.ask(service, token(OLD))).error()).isEqualTo("keys_unavailable");
        assertThat(scene.heard).contains("shop SCHEDULE 0 connect_failed", "shop unavailable");
        assertThat(IntrospectionScene.verdict(
                        service, PARTNER.sign(scene.claims().put("iss", IntrospectionScene.PARTNER))))
                .as("the other issuer")
                .isEqualTo("active");
    }

    @Test
    void anUnknownKeyDuringAnOutageIsNoVerdict() {
        IntrospectionService service = scene.started(rules);
        scene.shopKeys.failWith(down());

        assertThat(failure(IntrospectionScene.ask(service, token(NEW))).error()).isEqualTo("keys_unavailable");
        assertThat(IntrospectionScene.verdict(service, token(OLD))).isEqualTo("active");
    }

    @Test
    void aServerThatIsDownIsAskedLessAndLess() {
        scene.shopKeys.failWith(down());
        IntrospectionService service = scene.started(rules);

        for (int second = 0; second < 600; second++) {
            var unused = IntrospectionScene.ask(service, token(OLD));
            scene.time.advance(Duration.ofSeconds(1));
        }

        assertThat(scene.shopKeys.fetches()).isBetween(10, 60);
    }

    @Test
    void theServersRetryAfterIsObeyed() {
        scene.shopKeys.failWith(new Unavailable("http_429", "slow down", false, true, Duration.ofMinutes(3)));
        IntrospectionService service = scene.started(rules);

        for (int second = 0; second < 179; second++) {
            var unused = IntrospectionScene.ask(service, token(OLD));
            scene.time.advance(Duration.ofSeconds(1));
        }

        assertThat(scene.shopKeys.fetches()).isEqualTo(1);
    }

    @Test
    void aSetWithoutAUsableKeyOrNoSetAtAllReplacesNothing() {
        IntrospectionService service = scene.started(rules);
        for (String unusable : List.of(
                "{\"keys\":[]}", "{}", "<html>", "", "[]", "{\"keys\":7}", "{\"keys\":[7]}", "{\"keys\":[{}]}")) {
            scene.shopKeys.publish(unusable);
            scene.time.advance(Duration.ofMinutes(6));

            assertThat(IntrospectionScene.verdict(service, token(OLD)))
                    .as(unusable)
                    .isEqualTo("active");
        }
        assertThat(scene.heard).contains("shop SCHEDULE 1 invalid_response");
        assertThat(scene.shopKeys.rejected())
                .as("their address is looked up again")
                .isGreaterThanOrEqualTo(8);
    }

    @Test
    void aWrongAddressIsAskedOnceAMinute() {
        scene.shopKeys.failWith(new Misconfigured("http_404", "the address of the issuer's keys answered 404"));
        var unused = scene.started(rules);

        scene.time.advance(Duration.ofMinutes(10));

        assertThat(scene.shopKeys.fetches()).isEqualTo(11);
    }

    @Test
    void afterTheMachineWasSuspendedTheKeysAreFetchedByTheNextCaller() {
        IntrospectionService service = scene.started(rules);
        scene.time.suspend(Duration.ofHours(8));

        assertThat(IntrospectionScene.verdict(service, token(OLD)))
                .as("nobody waits")
                .isEqualTo("active");
        assertThat(scene.shopKeys.fetches()).isEqualTo(2);

        scene.time.suspend(Duration.ofDays(2));
        scene.shopKeys.publish(TestKey.set(NEW));
        assertThat(IntrospectionScene.verdict(service, token(OLD)))
                .as("keys that are too old are not used")
                .isEqualTo("unknown_key");
    }

    /** 200 rounds: callers with a new key and callers with an unknown key, all at the same moment. */
    @Test
    void racesCauseOneFetch() {
        record Round(FakeKeySource source, IntrospectionService service) {}
        List<Round> round = new ArrayList<>();
        List<String> verdicts = Collections.synchronizedList(new ArrayList<>());
        String newToken = token(NEW);
        String unknown =
                OLD.sign(Map.of("alg", "ES256", "kid", "x"), scene.claims().encode());
        List<Runnable> tasks = IntStream.range(0, 6)
                .<Runnable>mapToObj(i -> () -> verdicts.add(
                        IntrospectionScene.verdict(round.getFirst().service(), i % 2 == 0 ? newToken : unknown)))
                .toList();

        Racers.race(
                200,
                number -> {
                    VirtualTime time = new VirtualTime();
                    FakeKeySource source = new FakeKeySource();
                    source.publish(TestKey.set(OLD));
                    IssuerKeys keys = new IssuerKeys(
                            "shop",
                            source,
                            scene.policy,
                            new TokenRuntime(time, new Random(1), time, Runnable::run),
                            new IntrospectionListener() {});
                    IntrospectionService service = new IntrospectionService(
                            List.of(new IntrospectionService.CheckedIssuer(rules, keys, null)),
                            time,
                            Runnable::run,
                            new IntrospectionListener() {});
                    service.start();
                    source.publish(TestKey.set(OLD, NEW));
                    round.clear();
                    round.add(new Round(source, service));
                    verdicts.clear();
                },
                tasks,
                number -> {
                    assertThat(verdicts)
                            .containsOnly("active", "unknown_key")
                            .hasSize(6)
                            .filteredOn("active"::equals)
                            .hasSize(3);
                    assertThat(round.getFirst().source().fetches()).isEqualTo(2);
                });
    }

    @Test
    void aTokenIsRememberedAsLongAsItsKeysAreTheSame() {
        IntrospectionService service = scene.started(rules);
        String token = token(OLD);
        assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("active");
        scene.shopKeys.publish(TestKey.set(NEW));
        assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("active");

        scene.time.advance(Duration.ofMinutes(5));

        assertThat(IntrospectionScene.verdict(service, token))
                .as("the issuer has withdrawn the key")
                .isEqualTo("unknown_key");
    }

    @Test
    void aRememberedTokenExpiresLikeAnyOther() {
        IntrospectionService service = scene.started(rules);
        String token = OLD.sign(scene.claims().put("exp", scene.now() + 60));
        assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("active");

        scene.time.advance(Duration.ofSeconds(89));
        assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("active");
        scene.time.advance(Duration.ofSeconds(1));
        assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("expired");
    }

    @Test
    void whileNoThreadIsFreeRememberedTokensAreStillChecked() {
        List<Runnable> queue = new ArrayList<>();
        IntrospectionService service = new IntrospectionService(
                List.of(new IntrospectionService.CheckedIssuer(rules, scene.keys("shop", scene.shopKeys), null)),
                scene.time,
                check -> {
                    if (queue.size() == 2) {
                        throw new RejectedExecutionException();
                    }
                    queue.add(check);
                },
                scene.listener);
        service.start();
        String token = token(OLD);
        UniAssertSubscriber<Introspection> first = IntrospectionScene.ask(service, token);
        queue.removeFirst().run();
        assertThat(first.awaitItem().getItem()).isInstanceOf(Introspection.Active.class);

        List<UniAssertSubscriber<Introspection>> waiting = IntStream.range(0, 3)
                .mapToObj(i ->
                        IntrospectionScene.ask(service, OLD.sign(scene.claims().put("jti", i))))
                .toList();

        assertThat(IntrospectionScene.verdict(service, token)).isEqualTo("active");
        assertThat(waiting.getLast().awaitFailure().getFailure()).isInstanceOf(TokenException.TooManyWaiters.class);
        assertThat(scene.heard).containsOnlyOnce("null unavailable");
        queue.forEach(Runnable::run);
        assertThat(waiting.getFirst().awaitItem().getItem()).isInstanceOf(Introspection.Active.class);
    }

    @Test
    void whoeverFetchesTheKeysVerifiesNoSignature() {
        List<Runnable> queue = new ArrayList<>();
        IntrospectionService service = new IntrospectionService(
                List.of(new IntrospectionService.CheckedIssuer(rules, scene.keys("shop", scene.shopKeys), null)),
                scene.time,
                queue::add,
                scene.listener);
        scene.shopKeys.hold();
        service.start();
        UniAssertSubscriber<Introspection> first = IntrospectionScene.ask(service, token(OLD));
        queue.removeFirst().run();

        scene.shopKeys.release();
        assertThat(scene.heard).as("no verdict on this thread").doesNotContain("shop active");
        queue.removeFirst().run();
        assertThat(first.awaitItem().getItem()).isInstanceOf(Introspection.Active.class);

        scene.shopKeys.publish(TestKey.set(NEW));
        scene.shopKeys.hold();
        scene.heard.clear();
        UniAssertSubscriber<Introspection> second = IntrospectionScene.ask(service, token(NEW));
        queue.removeFirst().run();
        scene.shopKeys.release();
        assertThat(scene.heard).doesNotContain("shop active");
        queue.removeFirst().run();
        assertThat(second.awaitItem().getItem()).isInstanceOf(Introspection.Active.class);
    }

    @Test
    void noMoreThanAThousandTokensWaitForKeys() {
        scene.shopKeys.hold();
        IntrospectionService service = scene.started(rules);
        String token = token(OLD);
        List<UniAssertSubscriber<Introspection>> waiting = Stream.generate(() -> IntrospectionScene.ask(service, token))
                .limit(IntrospectionService.MAX_QUEUED)
                .toList();

        assertThat(IntrospectionScene.ask(service, token).awaitFailure().getFailure())
                .isInstanceOf(TokenException.TooManyWaiters.class);
        assertThat(scene.heard).contains("shop unavailable");
        waiting.getFirst().cancel();
        UniAssertSubscriber<Introspection> next = IntrospectionScene.ask(service, token);
        scene.shopKeys.release();
        assertThat(next.awaitItem().getItem()).isInstanceOf(Introspection.Active.class);
        assertThat(waiting.getLast().awaitItem().getItem()).isInstanceOf(Introspection.Active.class);
    }

    @Test
    void keysThatComeWhileTheChecksAreBusyFailWhatDoesNotFit() {
        List<Runnable> queue = new ArrayList<>();
        IntrospectionService service = new IntrospectionService(
                List.of(new IntrospectionService.CheckedIssuer(rules, scene.keys("shop", scene.shopKeys), null)),
                scene.time,
                check -> {
                    if (queue.size() == 1) {
                        throw new RejectedExecutionException();
                    }
                    queue.add(check);
                },
                scene.listener);
        scene.shopKeys.hold();
        service.start();
        List<UniAssertSubscriber<Introspection>> waiting = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            waiting.add(IntrospectionScene.ask(service, OLD.sign(scene.claims().put("jti", i))));
            queue.removeFirst().run();
        }

        scene.shopKeys.release();

        assertThat(waiting.getLast().awaitFailure().getFailure()).isInstanceOf(TokenException.TooManyWaiters.class);
        queue.removeFirst().run();
        assertThat(waiting.getFirst().awaitItem().getItem()).isInstanceOf(Introspection.Active.class);
    }

    @Test
    void nothingThatIsHeardNamesATokenOrAClaim() {
        IntrospectionService service = scene.started(rules);
        String token = token(OLD);
        var active = service.introspect(Secret.of(token))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create())
                .awaitItem()
                .getItem();

        assertThat(String.join("\n", scene.heard) + active).doesNotContain("anna", token.substring(0, 20), "orders");
    }
}

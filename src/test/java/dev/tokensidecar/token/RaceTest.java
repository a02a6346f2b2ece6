package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.FakeStore;
import dev.tokensidecar.testing.Racers;
import dev.tokensidecar.testing.VirtualTime;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Callers against the flight's end, tens of thousands of times, on real threads. */
class RaceTest {

    private static final int ROUNDS = 40_000;
    private static final int ASKS_PER_THREAD = 4;

    private final VirtualTime time = new VirtualTime();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger posts = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final ConcurrentLinkedQueue<Runnable> upstream = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<AccessToken> answers = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stopTimers() {
        timers.shutdownNow();
    }

    /** Each request is parked until a racing thread takes it and answers. */
    private TokenService service(Function<Integer, Uni<Tokens>> outcome, int maxWaiters) {
        AuthorizationServer server = refreshToken -> Uni.createFrom().emitter(emitter -> {
            int number = posts.incrementAndGet();
            mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
            upstream.add(() -> {
                running.decrementAndGet();
                var unused = outcome.apply(number).subscribe().with(emitter::complete, emitter::fail);
            });
        });
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), timers, Runnable::run);
        Session session = new Session(new FakeStore(), Duration.ofSeconds(2), runtime);
        return new TokenService(
                server, session, Core.POLICY, maxWaiters, Core::groupsOf, runtime, new TokenListener() {});
    }

    private TokenService service(Function<Integer, Uni<Tokens>> outcome) {
        return service(outcome, 10_000);
    }

    private static Uni<Tokens> grant(int number) {
        return Uni.createFrom()
                .item(new Tokens(
                        Secret.of("access-" + number),
                        "Bearer",
                        null,
                        Duration.ofSeconds(300),
                        Secret.of("refresh-" + number),
                        null));
    }

    private Runnable asker(TokenService service) {
        return () -> {
            for (int i = 0; i < ASKS_PER_THREAD; i++) {
                var unused = service.token(TokenRequest.any(Core.WAIT), Core.CALLER)
                        .subscribe()
                        .with(answers::add, failures::add);
            }
        };
    }

    /** Answers what is asked until every caller of the round has its answer. */
    private void answerUntil(int expected) {
        while (answers.size() + failures.size() < expected
                && !Thread.currentThread().isInterrupted()) {
            Runnable next = upstream.poll();
            if (next != null) {
                next.run();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    @DisplayName("R04 callers_race_with_completion_no_second_flight")
    void callersRacingWithTheLandingNeverStartASecondFlight() {
        TokenService service = service(RaceTest::grant);
        Runnable asker = asker(service);
        int asks = 3 * ASKS_PER_THREAD;

        Racers.race(
                ROUNDS,
                round -> {
                    answers.clear();
                    time.suspend(Duration.ofSeconds(300));
                },
                List.of(asker, asker, asker, () -> answerUntil(asks)),
                round -> {
                    assertThat(posts.get()).isEqualTo(round + 1);
                    assertThat(failures).isEmpty();
                    assertThat(answers).hasSize(asks).allMatch(token -> token.generation() == round + 1);
                });

        assertThat(posts.get()).isEqualTo(ROUNDS);
        assertThat(mostAtOnce.get()).isEqualTo(1);
        assertThat(service.status().waiters()).isZero();
    }

    @Test
    @DisplayName("R29 under a race: no reporter gets the rejected token back")
    void reportersRacingWithTheLandingNeverGetTheRejectedToken() {
        TokenService service = service(RaceTest::grant);
        AtomicReference<TokenHash> current = new AtomicReference<>();
        Runnable reporter = () -> {
            for (int i = 0; i < ASKS_PER_THREAD; i++) {
                var unused = service.token(TokenRequest.afterRejection(current.get(), Core.WAIT), Core.CALLER)
                        .subscribe()
                        .with(answers::add, failures::add);
            }
        };
        int asks = 3 * ASKS_PER_THREAD;
        service.start();
        upstream.remove().run();

        Racers.race(
                ROUNDS / 4,
                round -> {
                    answers.clear();
                    time.suspend(Duration.ofSeconds(61));
                    current.set(TokenHash.of(Secret.of("access-" + posts.get())));
                },
                List.of(reporter, reporter, reporter, () -> answerUntil(asks)),
                round -> {
                    assertThat(failures).isEmpty();
                    assertThat(posts.get()).isEqualTo(round + 2);
                    assertThat(answers).hasSize(asks).noneMatch(token -> token.matches(current.get()));
                });

        assertThat(service.status().waiters()).isZero();
    }

    @Test
    @DisplayName("R40 bounded_queue counter_returns_to_zero under cancel/complete races")
    void cancellationsRacingWithTheLandingLeakNoPlace() {
        TokenService service = service(RaceTest::grant);
        ConcurrentLinkedQueue<Cancellable> waiting = new ConcurrentLinkedQueue<>();

        Racers.race(
                20_000,
                round -> {
                    answers.clear();
                    time.suspend(Duration.ofSeconds(300));
                    for (int i = 0; i < 8; i++) {
                        waiting.add(service.token(TokenRequest.any(Core.WAIT), Core.CALLER)
                                .subscribe()
                                .with(answers::add, failures::add));
                    }
                },
                List.of(
                        () -> {
                            for (Cancellable one = waiting.poll(); one != null; one = waiting.poll()) {
                                one.cancel();
                            }
                        },
                        () -> upstream.remove().run()),
                round -> {
                    assertThat(service.status().waiters()).isZero();
                    assertThat(service.status().generation()).isEqualTo(round + 1);
                });

        assertThat(failures).isEmpty();
    }

    @Test
    @DisplayName("R40 bounded_queue counter_returns_to_zero while groups of callers push each other out")
    void groupsThatPushEachOtherOutLeakNoPlace() {
        TokenService service = service(RaceTest::grant, 4);

        Racers.race(
                20_000,
                round -> {
                    answers.clear();
                    failures.clear();
                    time.suspend(Duration.ofSeconds(300));
                    ask(service, 1, 3);
                },
                List.of(
                        () -> ask(service, 1, 3),
                        () -> ask(service, 1001, 3),
                        () -> upstream.remove().run()),
                round -> {
                    assertThat(service.status().waiters()).isZero();
                    assertThat(answers.size() + failures.size()).isEqualTo(9);
                    assertThat(failures).allMatch(TokenException.TooManyWaiters.class::isInstance);
                });
    }

    private void ask(TokenService service, int port, int times) {
        for (int i = 0; i < times; i++) {
            var unused = service.token(TokenRequest.any(Core.WAIT), Core.callerAt(port))
                    .subscribe()
                    .with(answers::add, failures::add);
        }
    }

    @Test
    void failuresRacingWithCallersNeverOverlapRequests() {
        TokenService service = service(
                number -> number % 2 == 0 ? grant(number) : Uni.createFrom().failure(Core.unavailable()));
        Runnable asker = asker(service);
        int asks = 3 * ASKS_PER_THREAD;

        Racers.race(
                ROUNDS / 4,
                round -> {
                    answers.clear();
                    failures.clear();
                    time.suspend(Duration.ofSeconds(300));
                },
                List.of(asker, asker, asker, () -> answerUntil(asks)),
                round -> assertThat(posts.get()).isEqualTo(round + 1));

        assertThat(mostAtOnce.get()).isEqualTo(1);
    }
}

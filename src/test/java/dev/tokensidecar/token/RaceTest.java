package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.concurrent.Racers;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.time.VirtualTime;
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

/** Races callers against the end of a refresh, tens of thousands of times, on real threads. */
class RaceTest {

    private static final int ROUNDS = 40_000;
    private static final int REQUESTS_PER_THREAD = 4;

    private final VirtualTime time = new VirtualTime();
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger posts = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final ConcurrentLinkedQueue<Runnable> upstream = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<AccessToken> results = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stopTimers() {
        timers.shutdownNow();
    }

    /** Parks each request until a racing thread takes it and responds. */
    private TokenService service(Function<Integer, Uni<TokenResponse>> outcome, int maxWaiters) {
        AuthorizationServer server = refreshToken -> Uni.createFrom().emitter(emitter -> {
            int number = posts.incrementAndGet();
            mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
            upstream.add(() -> {
                running.decrementAndGet();
                var unused = outcome.apply(number).subscribe().with(emitter::complete, emitter::fail);
            });
        });
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), timers, Runnable::run);
        Session session = new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime);
        return new TokenService(
                "default",
                server,
                session,
                Core.POLICY,
                maxWaiters,
                Core::groupsOf,
                runtime,
                new TokenListener() {},
                AccessTokenPublisher.NONE);
    }

    private TokenService service(Function<Integer, Uni<TokenResponse>> outcome) {
        return service(outcome, 10_000);
    }

    private static Uni<TokenResponse> grant(int number) {
        return Uni.createFrom()
                .item(new TokenResponse(
                        Secret.of("access-" + number),
                        "Bearer",
                        null,
                        Duration.ofSeconds(300),
                        Secret.of("refresh-" + number),
                        null));
    }

    private Runnable asker(TokenService service) {
        return () -> {
            for (int i = 0; i < REQUESTS_PER_THREAD; i++) {
                var unused = service.token(TokenRequest.any(Core.WAIT), Core.CALLER)
                        .subscribe()
                        .with(results::add, failures::add);
            }
        };
    }

    /** Responds to requests until every caller of the round has a result. */
    private void respondUntil(int expected) {
        while (results.size() + failures.size() < expected
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
    @DisplayName("A caller that arrives while a refresh completes starts no second one (R04)")
    void callersRacingWithCompletionNeverStartASecondRefresh() {
        TokenService service = service(RaceTest::grant);
        Runnable asker = asker(service);
        int requests = 3 * REQUESTS_PER_THREAD;

        Racers.race(
                ROUNDS,
                round -> {
                    results.clear();
                    time.suspend(Duration.ofSeconds(300));
                },
                List.of(asker, asker, asker, () -> respondUntil(requests)),
                round -> {
                    assertThat(posts.get()).isEqualTo(round + 1);
                    assertThat(failures).isEmpty();
                    assertThat(results).hasSize(requests).allMatch(token -> token.generation() == round + 1);
                });

        assertThat(posts.get()).isEqualTo(ROUNDS);
        assertThat(mostAtOnce.get()).isEqualTo(1);
        assertThat(service.status().waiters()).isZero();
    }

    @Test
    @DisplayName("Thirty reports of the current token cause one token request, and no reporter gets the rejected token"
            + " back: while the refresh completes (R29)")
    void reportersRacingWithCompletionNeverGetTheRejectedToken() {
        TokenService service = service(RaceTest::grant);
        AtomicReference<TokenHash> current = new AtomicReference<>();
        Runnable reporter = () -> {
            for (int i = 0; i < REQUESTS_PER_THREAD; i++) {
                var unused = service.token(TokenRequest.afterRejection(current.get(), Core.WAIT), Core.CALLER)
                        .subscribe()
                        .with(results::add, failures::add);
            }
        };
        int requests = 3 * REQUESTS_PER_THREAD;
        service.start();
        upstream.remove().run();

        Racers.race(
                ROUNDS / 4,
                round -> {
                    results.clear();
                    time.suspend(Duration.ofSeconds(61));
                    current.set(TokenHash.of(Secret.of("access-" + posts.get())));
                },
                List.of(reporter, reporter, reporter, () -> respondUntil(requests)),
                round -> {
                    assertThat(failures).isEmpty();
                    assertThat(posts.get()).isEqualTo(round + 2);
                    assertThat(results).hasSize(requests).noneMatch(token -> token.matches(current.get()));
                });

        assertThat(service.status().waiters()).isZero();
    }

    @Test
    @DisplayName("The queue of waiters is bounded, and its counter returns to zero: while callers leave as the refresh"
            + " completes (R40)")
    void cancellationsRacingWithCompletionLeakNoSlot() {
        TokenService service = service(RaceTest::grant);
        ConcurrentLinkedQueue<Cancellable> waiting = new ConcurrentLinkedQueue<>();

        Racers.race(
                20_000,
                round -> {
                    results.clear();
                    time.suspend(Duration.ofSeconds(300));
                    for (int i = 0; i < 8; i++) {
                        waiting.add(service.token(TokenRequest.any(Core.WAIT), Core.CALLER)
                                .subscribe()
                                .with(results::add, failures::add));
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
    @DisplayName("The queue of waiters is bounded, and its counter returns to zero: while groups of callers displace"
            + " each other (R40)")
    void groupsThatDisplaceEachOtherLeakNoSlot() {
        TokenService service = service(RaceTest::grant, 4);

        Racers.race(
                20_000,
                round -> {
                    results.clear();
                    failures.clear();
                    time.suspend(Duration.ofSeconds(300));
                    ask(service, 1, 3);
                },
                // a survey that was delayed evicts its callers on the thread of the timers
                List.of(() -> ask(service, 1, 3), () -> ask(service, 1001, 3), () -> respondUntil(9)),
                round -> {
                    assertThat(service.status().waiters()).isZero();
                    assertThat(results.size() + failures.size()).isEqualTo(9);
                    assertThat(failures).allMatch(TokenException.TooManyWaiters.class::isInstance);
                });
    }

    private void ask(TokenService service, int port, int times) {
        for (int i = 0; i < times; i++) {
            var unused = service.token(TokenRequest.any(Core.WAIT), Core.callerAt(port))
                    .subscribe()
                    .with(results::add, failures::add);
        }
    }

    @Test
    void failuresRacingWithCallersNeverOverlapRequests() {
        TokenService service = service(
                number -> number % 2 == 0 ? grant(number) : Uni.createFrom().failure(Core.unavailable()));
        Runnable asker = asker(service);
        int requests = 3 * REQUESTS_PER_THREAD;

        Racers.race(
                ROUNDS / 4,
                round -> {
                    results.clear();
                    failures.clear();
                    time.suspend(Duration.ofSeconds(300));
                },
                List.of(asker, asker, asker, () -> respondUntil(requests)),
                round -> assertThat(posts.get()).isEqualTo(round + 1));

        assertThat(mostAtOnce.get()).isEqualTo(1);
    }
}

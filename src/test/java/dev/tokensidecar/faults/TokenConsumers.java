package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.concurrent.RepeatingThreads;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Callers that repeatedly get a token and use it at the API of the demo server, until the sidecar has ended. */
public final class TokenConsumers implements AutoCloseable {

    /** The sidecar returns no token with a shorter lifetime; a caller that took longer to use it proves nothing. */
    private static final Duration MIN_LIFETIME = Duration.ofMillis(300);

    private static final Duration PAUSE = Duration.ofMillis(5);

    private static final int ROUNDS = 5;
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(50);
    private static final int MAX_CHECKS = 1000;

    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private final Queue<String> rejectedByApi = new ConcurrentLinkedQueue<>();
    private final Queue<HttpResponse<String>> errors = new ConcurrentLinkedQueue<>();
    private final SidecarTestBed testBed;
    private final SidecarProcess sidecar;
    private final RepeatingThreads callers;

    /** Starts the callers. */
    public TokenConsumers(SidecarTestBed testBed, SidecarProcess sidecar, int number) {
        this.testBed = testBed;
        this.sidecar = sidecar;
        callers = new RepeatingThreads(number, this::consume);
    }

    private boolean consume() {
        try {
            consumeOnce();
        } catch (CompletionException gone) {
            unanswered.incrementAndGet();
            return false;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }

    private void consumeOnce() {
        long asked = System.nanoTime();
        HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(sidecar.api("/token")));
        longestNanos.accumulateAndGet(System.nanoTime() - asked, Math::max);
        if (response.statusCode() != 200) {
            errors.add(response);
        } else if (testBed.apiAccepts(response.body())) {
            tokens.incrementAndGet();
        } else if (System.nanoTime() - asked < MIN_LIFETIME.toNanos()) {
            rejectedByApi.add("a token that the API rejects");
        }
    }

    /** Waits until the callers have used a few more tokens each. */
    public void awaitRounds() throws InterruptedException {
        int wanted = tokens.get() + ROUNDS * callers.size();
        for (int check = 0; tokens.get() < wanted; check++) {
            assertThat(check).as("checks for tokens that work").isLessThan(MAX_CHECKS);
            keepRunning(CHECK_INTERVAL);
        }
    }

    /** Keeps the callers running for this time. */
    public void keepRunning(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    /** Returns the time of the slowest response. */
    public Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    /** Stops the callers and asserts that every response had a token that works. */
    public void assertOnlyTokens() {
        assertOnlyTokensOr();
    }

    /** Stops the callers and asserts that every response had a token that works or one of these statuses. */
    public void assertOnlyTokensOr(Integer... statuses) {
        close();
        assertThat(rejectedByApi).isEmpty();
        assertThat(errors)
                .allSatisfy(
                        error -> assertThat(error.statusCode()).as(error.body()).isIn(Arrays.asList(statuses)));
    }

    /** Stops the callers and asserts that every request got a response, and at least one a token. */
    public void assertEachRequestGotAResponse() {
        close();
        assertThat(unanswered).hasValue(0);
        assertThat(tokens).hasPositiveValue();
    }

    @Override
    public void close() {
        callers.close();
    }
}

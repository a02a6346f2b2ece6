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

/** Callers that ask for a token and try it at an API, one time after the other, until the process they ask is gone. */
public final class TokenConsumers implements AutoCloseable {

    /** No token is handed out with less life than this; a caller that took longer to use it proves nothing. */
    private static final Duration LEAST_LIFE = Duration.ofMillis(300);

    private static final Duration PAUSE = Duration.ofMillis(5);

    private static final int ROUNDS = 5;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
    private static final int MOST_LOOKS = 1000;

    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong longestNanos = new AtomicLong();
    private final Queue<String> useless = new ConcurrentLinkedQueue<>();
    private final Queue<HttpResponse<String>> refusals = new ConcurrentLinkedQueue<>();
    private final SidecarTestBed testBed;
    private final SidecarProcess sidecar;
    private final RepeatingThreads callers;

    /** Starts so many callers. */
    public TokenConsumers(SidecarTestBed testBed, SidecarProcess sidecar, int number) {
        this.testBed = testBed;
        this.sidecar = sidecar;
        callers = new RepeatingThreads(number, this::ask);
    }

    private boolean ask() {
        try {
            askOnce();
        } catch (CompletionException gone) {
            unanswered.incrementAndGet();
            return false;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }

    private void askOnce() {
        long asked = System.nanoTime();
        HttpResponse<String> answer = SidecarTestBed.answer(testBed.ask(sidecar.api("/token")));
        longestNanos.accumulateAndGet(System.nanoTime() - asked, Math::max);
        if (answer.statusCode() != 200) {
            refusals.add(answer);
        } else if (testBed.works(answer.body())) {
            tokens.incrementAndGet();
        } else if (System.nanoTime() - asked < LEAST_LIFE.toNanos()) {
            useless.add("a token that no API takes");
        }
    }

    /** Waits until every caller has asked anew, used its token and had time for more. */
    public void awaitRounds() throws InterruptedException {
        int wanted = tokens.get() + ROUNDS * callers.size();
        for (int look = 0; tokens.get() < wanted; look++) {
            assertThat(look).as("looks for tokens that work").isLessThan(MOST_LOOKS);
            goOn(LOOK_AGAIN);
        }
    }

    /** Lets the callers go on for so long. */
    public void goOn(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }

    /** How long the slowest answer took. */
    public Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    /** Ends the load: there was a token all the time, until the process was gone. */
    public void assertOnlyTokens() {
        assertOnlyTokensOr();
    }

    /** Ends the load: there were tokens that work, or these statuses. */
    public void assertOnlyTokensOr(Integer... statuses) {
        close();
        assertThat(useless).isEmpty();
        assertThat(refusals)
                .allSatisfy(refusal ->
                        assertThat(refusal.statusCode()).as(refusal.body()).isIn(Arrays.asList(statuses)));
    }

    /** Ends the load: nobody was left without an answer, and some got a token. */
    public void assertAllAnswered() {
        close();
        assertThat(unanswered).hasValue(0);
        assertThat(tokens).hasPositiveValue();
    }

    @Override
    public void close() {
        callers.close();
    }
}

package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounded queue of callers that wait for a flight. Each has its own deadline and is answered on its own executor, so
 * that no caller can delay the flight or another caller.
 */
final class Waiters {

    private final int limit;
    private final ScheduledExecutorService timers;
    private final AtomicInteger waiting = new AtomicInteger();

    Waiters(int limit, ScheduledExecutorService timers) {
        this.limit = limit;
        this.timers = timers;
    }

    int count() {
        return waiting.get();
    }

    /**
     * Lets one caller wait for a flight.
     *
     * <p>Deadline and count stand behind the flight's memo: they end this caller's wait and nothing else.
     */
    Uni<AccessToken> await(Flight flight, Duration wait, Executor caller) {
        if (wait.isZero()) {
            return Uni.createFrom().failure(new TokenException.DeadlineExceeded(wait));
        }
        if (waiting.incrementAndGet() > limit) {
            waiting.decrementAndGet();
            return Uni.createFrom().failure(new TokenException.TooManyWaiters(limit));
        }
        return flight.landing()
                .ifNoItem()
                .after(wait)
                .on(timers)
                .failWith(() -> new TokenException.DeadlineExceeded(wait))
                .onTermination()
                .invoke(waiting::decrementAndGet)
                .emitOn(caller);
    }
}

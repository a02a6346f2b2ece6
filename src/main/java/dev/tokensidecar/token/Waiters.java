package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bounded number of callers that wait for flights, each with a deadline of its own. */
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

    /** Lets one caller wait; cancelling, or the deadline, ends this wait and nothing else. */
    Uni<AccessToken> await(Flight flight, Duration maxWait, Executor caller) {
        return Uni.createFrom().emitter(emitter -> admit(emitter, flight, maxWait, caller));
    }

    private void admit(UniEmitter<? super AccessToken> emitter, Flight flight, Duration maxWait, Executor caller) {
        if (waiting.incrementAndGet() > limit) {
            waiting.decrementAndGet();
            emitter.fail(new TokenException.TooManyWaiters(limit));
            return;
        }
        Waiter waiter = new Waiter(emitter, caller, waiting::decrementAndGet);
        emitter.onTermination(waiter::leave);
        flight.join(waiter);
        Runnable deadline = () -> waiter.fail(new TokenException.DeadlineExceeded(maxWait));
        if (maxWait.isZero()) {
            deadline.run();
        } else {
            waiter.endsBefore(timers.schedule(deadline, maxWait.toNanos(), TimeUnit.NANOSECONDS));
        }
    }
}

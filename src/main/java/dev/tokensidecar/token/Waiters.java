package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bounded number of callers that wait for flights, each with a deadline of its own. */
final class Waiters {

    private final int limit;
    private final ScheduledExecutorService timers;
    private final FairShare fairShare;
    private final Map<Waiter, SocketAddress> waiting = new ConcurrentHashMap<>();
    private final AtomicInteger places = new AtomicInteger();

    Waiters(int limit, CallerGroups groups, TokenRuntime runtime) {
        this.limit = limit;
        this.timers = runtime.timers();
        this.fairShare = new FairShare(waiting, groups, runtime.time(), runtime.worker());
    }

    int count() {
        return places.get();
    }

    /** Lets one caller wait; cancelling, or the deadline, ends this wait and nothing else. */
    Uni<AccessToken> await(Flight flight, Duration maxWait, Caller caller) {
        return Uni.createFrom().emitter(emitter -> admit(emitter, flight, maxWait, caller));
    }

    private void admit(UniEmitter<? super AccessToken> emitter, Flight flight, Duration maxWait, Caller caller) {
        Waiter waiter = new Waiter(emitter, caller.executor(), this::left);
        SocketAddress peer = caller.peer().get();
        if (places.incrementAndGet() > limit) {
            TokenException full = new TokenException.TooManyWaiters(limit);
            if (maxWait.isZero() || !fairShare.makeRoomFor(waiter, peer, full)) {
                waiter.fail(full);
                return;
            }
        }
        waiting.put(waiter, peer);
        if (waiter.hasEnded()) {
            // pushed out again before it was in the list
            waiting.remove(waiter);
        }
        emitter.onTermination(waiter::leave);
        flight.join(waiter);
        Runnable deadline = () -> waiter.fail(new TokenException.DeadlineExceeded(maxWait));
        if (maxWait.isZero()) {
            deadline.run();
        } else {
            waiter.endsBefore(timers.schedule(deadline, maxWait.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private void left(Waiter waiter) {
        waiting.remove(waiter);
        places.decrementAndGet();
    }
}

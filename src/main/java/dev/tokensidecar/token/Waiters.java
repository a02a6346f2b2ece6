package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bounded number of callers that wait for flights, each with a deadline of its own. */
final class Waiters {

    private final int limit;
    private final ScheduledExecutorService timers;
    private final FairShare<Waiter> fairShare;
    private final Answers answers;
    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();

    Waiters(int limit, CallerGroups groups, TokenRuntime runtime, Answers answers) {
        this.limit = limit;
        this.timers = runtime.timers();
        this.fairShare = new FairShare<>(
                waiting,
                waiter -> waiter.question().caller().connection().get(),
                groups,
                runtime.time(),
                runtime.worker());
        this.answers = answers;
    }

    int count() {
        return places.get();
    }

    /** Lets one caller wait; cancelling, or the deadline, ends this wait and nothing else. */
    Uni<AccessToken> await(Flight flight, Question question) {
        return Uni.createFrom().emitter(emitter -> {
            Waiter waiter = new Waiter(flight, question, emitter, answers, this::left);
            if (admit(waiter)) {
                emitter.onTermination(waiter::leave);
                flight.join(waiter);
                limit(waiter);
            }
        });
    }

    private boolean admit(Waiter waiter) {
        if (places.incrementAndGet() > limit) {
            TokenException full = new TokenException.TooManyWaiters(limit);
            if (maxWait(waiter).isZero() || !fairShare.makeRoomFor(waiter, other -> other.tryFail(full))) {
                waiter.fail(full);
                return false;
            }
        }
        waiting.add(waiter);
        if (waiter.isGone()) {
            // pushed out again before it was in the list
            waiting.remove(waiter);
        }
        return true;
    }

    private void limit(Waiter waiter) {
        Duration maxWait = maxWait(waiter);
        Runnable deadline = () -> waiter.fail(new TokenException.DeadlineExceeded(maxWait));
        if (maxWait.isZero()) {
            deadline.run();
        } else {
            waiter.endsBefore(timers.schedule(deadline, maxWait.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private static Duration maxWait(Waiter waiter) {
        return waiter.question().request().maxWait();
    }

    private void left(Waiter waiter) {
        waiting.remove(waiter);
        places.decrementAndGet();
    }
}

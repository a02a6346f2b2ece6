package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The bounded number of callers that wait for flights, each with a deadline of its own. */
final class Waiters implements FairShare.Slots<Waiter> {

    private final int limit;
    private final ScheduledExecutorService timers;
    private final FairShare<Waiter> fairShare;
    private final CallerResults results;
    private final Set<Waiter> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger places = new AtomicInteger();
    private final AtomicLong arrivals = new AtomicLong();

    Waiters(int limit, CallerGroups groups, TokenRuntime runtime, CallerResults results) {
        this.limit = limit;
        this.timers = runtime.timers();
        this.fairShare = new FairShare<>(this, groups, runtime.time(), runtime.worker(), this::run);
        this.results = results;
    }

    int count() {
        return places.get();
    }

    /** Lets one caller wait. Cancellation and the deadline end this wait and nothing else. */
    Uni<AccessToken> await(Flight flight, CallerRequest request) {
        return Uni.createFrom().emitter(emitter -> {
            Waiter waiter = new Waiter(arrivals.incrementAndGet(), flight, request, emitter, results, this::left);
            boolean tooMany = places.incrementAndGet() > limit;
            if (tooMany && maxWait(waiter).isZero()) {
                waiter.fail(full());
                return;
            }
            waiting.add(waiter);
            emitter.onTermination(waiter::cancel);
            flight.join(waiter);
            limit(waiter);
            if (tooMany) {
                fairShare.overbooked();
            }
        });
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public List<Waiter> holders() {
        return waiting.stream().sorted(Comparator.comparingLong(Waiter::number)).toList();
    }

    @Override
    public Connection connectionOf(Waiter waiter) {
        return waiter.request().caller().connection().get();
    }

    @Override
    public boolean evict(Waiter waiter) {
        return waiter.tryFail(full());
    }

    private void run(Runnable task, Duration delay) {
        if (delay.isZero()) {
            task.run();
        } else {
            var unused = timers.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private TokenException full() {
        return new TokenException.TooManyWaiters(limit);
    }

    private void limit(Waiter waiter) {
        Duration maxWait = maxWait(waiter);
        Runnable deadline = () -> waiter.fail(TokenException.DeadlineExceeded.ofRefresh(maxWait));
        if (maxWait.isZero()) {
            deadline.run();
        } else {
            waiter.setDeadline(timers.schedule(deadline, maxWait.toNanos(), TimeUnit.NANOSECONDS));
        }
    }

    private static Duration maxWait(Waiter waiter) {
        return waiter.request().request().maxWait();
    }

    private void left(Waiter waiter) {
        waiting.remove(waiter);
        places.decrementAndGet();
    }
}

package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One refresh: a single subscription to the work, its remembered result, and the queue of those who wait for it. It
 * belongs to the core, not to the caller that happened to start it: callers join and leave, the work goes on.
 *
 * <p>The result is remembered, failures too, for the callers that were about to join. That outlives nothing: a flight
 * leaves the state before it lands, so whoever comes later does not find it. Mutiny's {@code memoize()} would be the same
 * in one line, but it loses count of a subscriber that comes while the result does; see {@code docs/decisions.md}.
 */
final class Flight {

    /** Fewer are not worth the walk. */
    private static final int SWEEP = 1024;

    private final RefreshReason reason;
    private final Moment claimedAt;
    private final FlightListener listener;
    private final ConcurrentLinkedQueue<FlightCallback> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();
    private volatile @Nullable Consumer<FlightCallback> landed;

    Flight(RefreshReason reason, Moment claimedAt, FlightListener listener) {
        this.reason = reason;
        this.claimedAt = claimedAt;
        this.listener = listener;
    }

    RefreshReason reason() {
        return reason;
    }

    FlightListener listener() {
        return listener;
    }

    /** How it went, seen from {@code now}. */
    LastRefresh report(String outcome, Moment now) {
        return new LastRefresh(claimedAt.instant(), reason, outcome, now.since(claimedAt));
    }

    /**
     * Starts the work.
     *
     * @param launcher where the work is made and started, so that no caller's request scope or trace gets into it
     * @param work asks for the token and publishes the new state before it emits
     */
    void depart(Executor launcher, Function<Flight, Uni<AccessToken>> work) {
        launcher.execute(() -> {
            Cancellable unused = work.apply(this)
                    .subscribe()
                    .with(
                            token -> land(passenger -> passenger.succeed(token)),
                            failure -> land(passenger -> passenger.fail(failure)));
        });
    }

    /** Tells the passenger when the flight lands, or at once if it has. */
    void join(FlightCallback passenger) {
        waiting.add(passenger);
        queued.incrementAndGet();
        if (landed != null) {
            release();
        }
    }

    /**
     * Notes that somebody waits no more. When they are as many as those who do, they are swept out of the queue: a flight
     * may take half a minute, and those who ask in vain meanwhile must not fill the memory.
     */
    void left() {
        int left = gone.incrementAndGet();
        if (left >= SWEEP && 2 * left >= queued.get() && gone.compareAndSet(left, 0)) {
            waiting.removeIf(FlightCallback::isGone);
            queued.addAndGet(-left);
        }
    }

    /** How many are in the queue, some who have left included. */
    int queued() {
        return queued.get();
    }

    /** CallerResults everybody who waits; the work itself goes on. */
    void abandon(RefreshFailure why) {
        land(passenger -> passenger.fail(why));
    }

    private void land(Consumer<FlightCallback> result) {
        landed = result;
        release();
    }

    /** Run by the landing and by anybody who joined meanwhile: each passenger is taken from the queue by one of them. */
    private void release() {
        Consumer<FlightCallback> result = landed;
        for (FlightCallback next = waiting.poll(); next != null && result != null; next = waiting.poll()) {
            result.accept(next);
        }
    }
}

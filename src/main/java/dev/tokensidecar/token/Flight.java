package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
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

    private final RefreshReason reason;
    private final Moment claimedAt;
    private final FlightListener listener;
    private final ConcurrentLinkedQueue<Waiter> waiting = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Consumer<Waiter> landed;

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
                            token -> land(waiter -> waiter.succeed(token)),
                            failure -> land(waiter -> waiter.fail(failure)));
        });
    }

    /** Answers the waiter when the flight lands, or at once if it has. */
    void join(Waiter waiter) {
        waiting.add(waiter);
        if (landed != null) {
            release();
        }
    }

    /** Answers everybody who waits; the work itself goes on. */
    void abandon(RefreshFailure why) {
        land(waiter -> waiter.fail(why));
    }

    private void land(Consumer<Waiter> result) {
        landed = result;
        release();
    }

    /** Run by the landing and by anybody who joined meanwhile: each waiter is taken from the queue by one of them. */
    private void release() {
        Consumer<Waiter> result = landed;
        for (Waiter next = waiting.poll(); next != null && result != null; next = waiting.poll()) {
            result.accept(next);
        }
    }
}

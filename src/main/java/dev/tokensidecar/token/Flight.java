package dev.tokensidecar.token;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One refresh in flight: its result and the queue of callbacks that wait for it. The flight belongs to the core, not to the
 * caller that started it. Callers join and leave; the refresh continues.
 *
 * <p>The flight keeps its result, even a failure, for callers that are about to join. It leaves {@link TokenState} before it
 * completes, so later callers do not find it. Mutiny's {@code memoize()} would be the same in one line, but it miscounts a
 * subscriber that arrives together with the result; see {@code docs/decisions.md}.
 */
final class Flight {

    /** Sweeping fewer callbacks out of the queue is not worth the walk. */
    private static final int SWEEP_THRESHOLD = 1024;

    private final RefreshReason reason;
    private final Moment startedAt;
    private final RefreshObserver observer;
    private final ConcurrentLinkedQueue<FlightCallback> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile @Nullable Consumer<FlightCallback> result;

    Flight(RefreshReason reason, Moment startedAt, RefreshObserver observer) {
        this.reason = reason;
        this.startedAt = startedAt;
        this.observer = observer;
    }

    RefreshReason reason() {
        return reason;
    }

    RefreshObserver observer() {
        return observer;
    }

    /** Describes the flight as it ends at {@code now}. */
    LastRefresh report(String outcome, Moment now) {
        return new LastRefresh(startedAt.instant(), reason, outcome, now.since(startedAt));
    }

    /** Passes the result to the callback when there is one, or immediately if the flight has ended. */
    void join(FlightCallback callback) {
        queue.add(callback);
        queued.incrementAndGet();
        if (result != null) {
            release();
        }
    }

    /**
     * Counts a callback that is {@linkplain FlightCallback#isDone done} early, and sweeps such callbacks out of the queue when
     * they outnumber the others. A flight may take half a minute; callers that give up meanwhile must not fill the memory.
     */
    void callbackDone() {
        int count = done.incrementAndGet();
        if (count >= SWEEP_THRESHOLD && 2 * count >= queued.get() && done.compareAndSet(count, 0)) {
            queue.removeIf(FlightCallback::isDone);
            queued.addAndGet(-count);
        }
    }

    /** Returns the length of the queue, including some callbacks that are done. */
    int queued() {
        return queued.get();
    }

    void complete(AccessToken token) {
        end(callback -> callback.succeed(token));
    }

    void fail(Throwable failure) {
        end(callback -> callback.fail(failure));
    }

    private void end(Consumer<FlightCallback> outcome) {
        result = outcome;
        release();
    }

    /** Runs at the end and by every callback that joins after it; each callback is polled by exactly one of them. */
    private void release() {
        Consumer<FlightCallback> outcome = result;
        for (FlightCallback next = queue.poll(); next != null && outcome != null; next = queue.poll()) {
            outcome.accept(next);
        }
    }
}

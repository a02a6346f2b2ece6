package dev.tokensidecar.token;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller that waits for a flight. The wait ends exactly once: by the result, by its deadline or by cancellation. The
 * result is delivered on the caller's executor, never on the thread that produced it.
 *
 * <p>A herd has thousands of waiters, so every object counts here.
 */
final class Waiter implements FlightCallback {

    private final long number;
    private final Flight flight;
    private final CallerRequest request;
    private final UniEmitter<? super AccessToken> result;
    private final CallerResults results;
    private final Consumer<Waiter> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Future<?> deadline;

    /**
     * Creates a waiter.
     *
     * @param number grows with each waiter
     * @param results decides what the caller gets
     * @param onEnd runs exactly once, before the result is delivered
     */
    Waiter(
            long number,
            Flight flight,
            CallerRequest request,
            UniEmitter<? super AccessToken> result,
            CallerResults results,
            Consumer<Waiter> onEnd) {
        this.number = number;
        this.flight = flight;
        this.request = request;
        this.result = result;
        this.results = results;
        this.onEnd = onEnd;
    }

    long number() {
        return number;
    }

    CallerRequest request() {
        return request;
    }

    /** Sets the timer to cancel when the wait ends. */
    void setDeadline(Future<?> timer) {
        deadline = timer;
        if (ended.get()) {
            timer.cancel(false);
        }
    }

    @Override
    public void succeed(AccessToken token) {
        if (end()) {
            deliver(() -> results.complete(token, request, result));
        }
    }

    @Override
    public void fail(Throwable failure) {
        var unused = tryFail(failure);
    }

    /** Fails the wait; false if it had ended before. */
    boolean tryFail(Throwable failure) {
        boolean ends = end();
        if (ends) {
            deliver(() -> results.fail(failure, request, result));
        }
        return ends;
    }

    @Override
    public boolean isDone() {
        return ended.get();
    }

    /** The caller disconnected. */
    void cancel() {
        if (end()) {
            results.cancelled(request);
        }
    }

    private boolean end() {
        if (!ended.compareAndSet(false, true)) {
            return false;
        }
        Future<?> timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
        onEnd.accept(this);
        flight.callbackDone();
        return true;
    }

    /** A failure of one caller must not affect the next one. */
    private void deliver(Runnable task) {
        try {
            request.caller().executor().execute(task);
        } catch (RuntimeException theirs) {
            // the caller's executor is closed, or its callback threw: nobody is left to tell
        }
    }
}

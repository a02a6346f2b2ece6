package dev.tokensidecar.token;

import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One caller that waits for a flight. Ends exactly once, by an answer, by its deadline or by leaving, whichever comes
 * first; the answer is delivered where the caller lives and never on the thread that brought it.
 */
final class Waiter {

    private final UniEmitter<? super AccessToken> emitter;
    private final Executor caller;
    private final Consumer<Waiter> onEnd;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile @Nullable Future<?> deadline;

    /**
     * Makes a waiter.
     *
     * @param onEnd runs exactly once, before the answer is delivered
     */
    Waiter(UniEmitter<? super AccessToken> emitter, Executor caller, Consumer<Waiter> onEnd) {
        this.emitter = emitter;
        this.caller = caller;
        this.onEnd = onEnd;
    }

    /** The timer to put out when the wait ends. */
    void endsBefore(Future<?> timer) {
        deadline = timer;
        if (ended.get()) {
            timer.cancel(false);
        }
    }

    void succeed(AccessToken token) {
        if (end()) {
            deliver(() -> emitter.complete(token));
        }
    }

    void fail(Throwable failure) {
        var unused = tryFail(failure);
    }

    /** The same; false if the wait had ended before. */
    boolean tryFail(Throwable failure) {
        boolean ends = end();
        if (ends) {
            deliver(() -> emitter.fail(failure));
        }
        return ends;
    }

    boolean hasEnded() {
        return ended.get();
    }

    /** The caller went away. */
    void leave() {
        var unused = end();
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
        return true;
    }

    /** Whatever goes wrong with one caller is not the next one's problem. */
    private void deliver(Runnable answer) {
        try {
            caller.execute(answer);
        } catch (RuntimeException theirs) {
            // the caller's executor is closed, or its callback threw: nobody is left to tell
        }
    }
}

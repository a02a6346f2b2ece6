package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets one piece of work run at a time. Whoever comes meanwhile is started later, in the order of arrival. */
final class SerialQueue {

    private final Executor worker;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean taken;

    /** @param worker starts those that had to wait, away from the thread that ended the work before */
    SerialQueue(Executor worker) {
        this.worker = worker;
    }

    /** Runs the work when its turn comes; started by the subscription, and not ended by its cancellation. */
    <T> Uni<T> take(Supplier<Uni<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            Runnable turn = () -> Uni.createFrom()
                    .deferred(work::get)
                    .subscribe()
                    .with(
                            item -> thenNext(() -> emitter.complete(item)),
                            failure -> thenNext(() -> emitter.fail(failure)));
            if (begin(turn)) {
                turn.run();
            }
        });
    }

    /** Runs the work if nobody else's runs; does nothing otherwise. */
    void takeIfFree(Supplier<Uni<Void>> work) {
        if (beginIfFree()) {
            Uni.createFrom().deferred(work::get).subscribe().with(done -> next(), failure -> next());
        }
    }

    private void thenNext(Runnable answer) {
        try {
            answer.run();
        } finally {
            next();
        }
    }

    private synchronized boolean begin(Runnable turn) {
        if (taken) {
            waiting.add(turn);
            return false;
        }
        taken = true;
        return true;
    }

    private synchronized boolean beginIfFree() {
        boolean free = !taken;
        taken = true;
        return free;
    }

    private void next() {
        Runnable next = nextInLine();
        if (next != null) {
            worker.execute(next);
        }
    }

    private synchronized @Nullable Runnable nextInLine() {
        Runnable next = waiting.poll();
        taken = next != null;
        return next;
    }
}

package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs one task at a time, in the order in which they are submitted. */
final class SerialQueue {

    private final Executor worker;
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private boolean running;

    /** @param worker starts the tasks that had to wait, so that none runs on the thread that ended the one before */
    SerialQueue(Executor worker) {
        this.worker = worker;
    }

    /** Runs a task when its turn comes. The subscription submits it; cancelling the subscription does not stop it. */
    <T> Uni<T> submit(Supplier<Uni<T>> task) {
        return Uni.createFrom().emitter(emitter -> {
            Runnable turn = () -> Uni.createFrom()
                    .deferred(task::get)
                    .subscribe()
                    .with(
                            item -> thenNext(() -> emitter.complete(item)),
                            failure -> thenNext(() -> emitter.fail(failure)));
            if (claimOrEnqueue(turn)) {
                turn.run();
            }
        });
    }

    /** Runs a task if no other task runs; does nothing otherwise. */
    void submitIfIdle(Supplier<Uni<Void>> task) {
        if (claimIfIdle()) {
            Uni.createFrom().deferred(task::get).subscribe().with(done -> next(), failure -> next());
        }
    }

    private void thenNext(Runnable result) {
        try {
            result.run();
        } finally {
            next();
        }
    }

    private synchronized boolean claimOrEnqueue(Runnable turn) {
        if (running) {
            queue.add(turn);
            return false;
        }
        running = true;
        return true;
    }

    private synchronized boolean claimIfIdle() {
        boolean idle = !running;
        running = true;
        return idle;
    }

    private void next() {
        Runnable next = poll();
        if (next != null) {
            worker.execute(next);
        }
    }

    private synchronized @Nullable Runnable poll() {
        Runnable next = queue.poll();
        running = next != null;
        return next;
    }
}

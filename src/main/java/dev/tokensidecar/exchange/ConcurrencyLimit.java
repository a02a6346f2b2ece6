package dev.tokensidecar.exchange;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Queue;

/** Runs at most so many requests at the same time. The others wait in the order in which they came. Thread-safe. */
final class ConcurrencyLimit {

    private final int limit;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    ConcurrencyLimit(int limit) {
        this.limit = limit;
    }

    /** Delays the subscription to a request until there is room for it. Nobody may cancel it. */
    <T> Uni<T> apply(Uni<T> request) {
        return Uni.createFrom()
                .<Boolean>emitter(emitter -> enter(() -> emitter.complete(true)))
                .chain(entered -> request)
                .onTermination()
                .invoke(this::leave);
    }

    /** Returns how many requests run now. */
    synchronized int running() {
        return running;
    }

    private void enter(Runnable start) {
        synchronized (this) {
            if (running == limit) {
                waiting.add(start);
                return;
            }
            running++;
        }
        start.run();
    }

    /** The next one takes the place. */
    private void leave() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            next.run();
        }
    }
}

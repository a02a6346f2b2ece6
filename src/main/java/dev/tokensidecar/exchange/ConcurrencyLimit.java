package dev.tokensidecar.exchange;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Starts at most so many requests at the same time. The others wait in the order in which they came, until they are withdrawn.
 * Thread-safe.
 */
final class ConcurrencyLimit {

    private final int limit;
    private final Map<Object, Runnable> waiting = new LinkedHashMap<>();
    private final AtomicInteger missed = new AtomicInteger();
    private int running;

    ConcurrencyLimit(int limit) {
        this.limit = limit;
    }

    /** Runs {@code start} as soon as there is room. It has to cause one {@link #leave()}, and must not throw. */
    void enter(Object owner, Runnable start) {
        synchronized (this) {
            waiting.put(owner, start);
        }
        startWaiting();
    }

    /** Forgets a request that has not started. */
    synchronized void withdraw(Object owner) {
        waiting.remove(owner);
    }

    /** A request has ended. */
    void leave() {
        synchronized (this) {
            running--;
        }
        startWaiting();
    }

    /** Returns how many requests run now. */
    synchronized int running() {
        return running;
    }

    /**
     * Starts what has room, on one thread at a time. A request that ends while it starts comes here again, and is counted as
     * missed: starting the next one from there would take a stack as deep as the queue is long.
     */
    private void startWaiting() {
        if (missed.getAndIncrement() > 0) {
            return;
        }
        int seen = 1;
        while (seen > 0) {
            for (Runnable next = next(); next != null; next = next()) {
                next.run();
            }
            seen = missed.addAndGet(-seen);
        }
    }

    private synchronized @Nullable Runnable next() {
        Iterator<Runnable> oldest = waiting.values().iterator();
        if (running == limit || !oldest.hasNext()) {
            return null;
        }
        Runnable next = oldest.next();
        oldest.remove();
        running++;
        return next;
    }
}

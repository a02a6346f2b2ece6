package dev.tokensidecar.testing.concurrent;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Threads that repeat a task until it returns false or they are stopped. */
public final class RepeatingThreads implements AutoCloseable {

    private final AtomicBoolean stopped = new AtomicBoolean();
    private final BooleanSupplier once;
    private final List<Thread> threads;

    /**
     * Starts the threads.
     *
     * @param once returns whether to continue
     */
    public RepeatingThreads(int number, BooleanSupplier once) {
        this.once = once;
        threads = IntStream.range(0, number)
                .mapToObj(thread -> Thread.ofVirtual().start(this::run))
                .toList();
    }

    private void run() {
        boolean more = true;
        while (more && !stopped.get()) {
            more = once.getAsBoolean();
        }
    }

    /** Returns the number of threads. */
    public int size() {
        return threads.size();
    }

    /** Waits until each thread has finished its current run. */
    @Override
    public void close() {
        stopped.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

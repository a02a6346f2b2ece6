package dev.tokensidecar.testing.concurrent;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Threads that do the same thing again and again until it tells them to end, or they are stopped. */
public final class RepeatingThreads implements AutoCloseable {

    private final AtomicBoolean over = new AtomicBoolean();
    private final BooleanSupplier once;
    private final List<Thread> threads;

    /**
     * Starts so many threads.
     *
     * @param once tells whether to go on
     */
    public RepeatingThreads(int number, BooleanSupplier once) {
        this.once = once;
        threads = IntStream.range(0, number)
                .mapToObj(thread -> Thread.ofVirtual().start(this::run))
                .toList();
    }

    private void run() {
        boolean goesOn = true;
        while (goesOn && !over.get()) {
            goesOn = once.getAsBoolean();
        }
    }

    /** How many threads there are. */
    public int size() {
        return threads.size();
    }

    /** Lets each thread come to the end of what it is doing. */
    @Override
    public void close() {
        over.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

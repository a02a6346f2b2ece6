package dev.tokensidecar.demo;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** A counter that other threads can wait for. */
final class ObservableCounter {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final String what;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int value;

    ObservableCounter(String what) {
        this.what = what;
    }

    void add(int difference) {
        lock.lock();
        try {
            value += difference;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the counter has at least this value.
     *
     * @throws IllegalStateException if that takes too long, or if the waiting thread is interrupted
     */
    void awaitAtLeast(int wanted) {
        lock.lock();
        try {
            long nanosLeft = TIMEOUT.toNanos();
            while (value < wanted) {
                if (nanosLeft <= 0) {
                    throw new IllegalStateException(
                            "%d %s after %d s, not %d".formatted(value, what, TIMEOUT.toSeconds(), wanted));
                }
                nanosLeft = changed.awaitNanos(nanosLeft);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + what, interrupted);
        } finally {
            lock.unlock();
        }
    }
}

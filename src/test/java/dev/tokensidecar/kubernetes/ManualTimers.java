package dev.tokensidecar.kubernetes;

import dev.tokensidecar.testing.time.SingleTimers;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Timers that fire when a test says so. Other threads set them at any moment, so a test waits for the timer that it
 * expects; the time jumps to when it is due.
 */
final class ManualTimers extends SingleTimers implements TimeSource {

    private static final long PATIENCE_MILLIS = 20_000;

    private final List<Timer<?>> pending = new ArrayList<>();
    private long nanos = 1_000_000_000L;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long epochMillis() {
        return Instant.parse("2026-01-01T00:00:00Z").toEpochMilli() + TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Waits for a timer that was set to at least and at most this time, and fires it. */
    void fire(Duration atLeast, Duration atMost) throws InterruptedException {
        Timer<?> timer = take(atLeast.toNanos(), atMost.plusMillis(2).toNanos());
        timer.run();
    }

    private synchronized Timer<?> take(long atLeast, long atMost) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (true) {
            for (Timer<?> timer : pending) {
                if (timer.length() >= atLeast && timer.length() <= atMost) {
                    pending.remove(timer);
                    nanos = Math.max(nanos, timer.due());
                    return timer;
                }
            }
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                throw new AssertionError("no timer of " + atLeast + " to " + atMost + " ns in " + lengths());
            }
            wait(left);
        }
    }

    /** Advances the time and fires nothing. */
    synchronized void advance(Duration by) {
        nanos += by.toNanos();
    }

    synchronized List<Duration> lengths() {
        return pending.stream().map(timer -> Duration.ofNanos(timer.length())).toList();
    }

    @Override
    protected synchronized void add(Timer<?> timer) {
        pending.add(timer);
        notifyAll();
    }

    @Override
    protected synchronized void remove(Timer<?> timer) {
        pending.remove(timer);
    }
}

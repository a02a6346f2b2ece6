package dev.tokensidecar.testing.time;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clocks and timers that tests move. Timers fire on the thread that moves the time, in the order of their due times. A timer
 * that is due in the middle of a move sees its own due time.
 */
public final class VirtualTime extends SingleTimers implements TimeSource {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Timer<?>> timers = new PriorityQueue<>();
    private long nanos = 1_000_000_000L;
    private long wallOffsetNanos;

    @Override
    public synchronized long nanos() {
        return nanos;
    }

    @Override
    public synchronized long epochMillis() {
        return START.toEpochMilli() + TimeUnit.NANOSECONDS.toMillis(nanos + wallOffsetNanos);
    }

    @Override
    public synchronized Moment now() {
        return TimeSource.super.now();
    }

    /** Advances the time and runs every timer that becomes due. */
    public void advance(Duration by) {
        long target;
        synchronized (this) {
            target = nanos + by.toNanos();
        }
        Timer<?> timer = nextUntil(target);
        while (timer != null) {
            timer.run();
            timer = nextUntil(target);
        }
    }

    /** Moves the wall clock forward or, with a negative duration, back. */
    public synchronized void setWallClock(Duration by) {
        wallOffsetNanos += by.toNanos();
    }

    /** Suspends the machine: the wall clock advances, the monotonic clock and the timers do not. */
    public synchronized void suspend(Duration length) {
        wallOffsetNanos += length.toNanos();
    }

    private synchronized @Nullable Timer<?> nextUntil(long target) {
        Timer<?> next = timers.peek();
        if (next == null || next.due() > target) {
            nanos = target;
            return null;
        }
        nanos = Math.max(nanos, next.due());
        return timers.poll();
    }

    @Override
    protected synchronized void add(Timer<?> timer) {
        timers.add(timer);
    }

    @Override
    protected synchronized void remove(Timer<?> timer) {
        timers.remove(timer);
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        List<Runnable> left = new ArrayList<>(timers);
        timers.clear();
        return left;
    }
}

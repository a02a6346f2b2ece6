package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Timers that fire when a test says so. Other threads set them at any moment, so a test waits for the timer that it
 * expects; the time jumps to when it is due.
 */
final class ManualTimers extends AbstractExecutorService implements ScheduledExecutorService, TimeSource {

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
                if (timer.length >= atLeast && timer.length <= atMost) {
                    pending.remove(timer);
                    nanos = Math.max(nanos, timer.due);
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
        return pending.stream().map(timer -> Duration.ofNanos(timer.length)).toList();
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    return Boolean.TRUE;
                },
                delay,
                unit);
    }

    @Override
    public synchronized <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Timer<V> timer = new Timer<>(callable, unit.toNanos(delay), nanos + unit.toNanos(delay));
        pending.add(timer);
        notifyAll();
        return timer;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public void shutdown() {
        // nothing runs
    }

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    private final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long length;
        private final long due;

        Timer(Callable<V> callable, long length, long due) {
            super(callable);
            this.length = length;
            this.due = due;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            synchronized (ManualTimers.this) {
                pending.remove(this);
            }
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}

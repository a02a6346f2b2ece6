package dev.tokensidecar.testing.time;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clocks and timers that tests move. Tasks run on the thread that moves the time, in the order of their due times. A task
 * that is due in the middle of a move sees its own due time.
 */
public final class VirtualTime extends AbstractExecutorService implements ScheduledExecutorService, TimeSource {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(
            Comparator.<Task<?>>comparingLong(task -> task.dueNanos).thenComparingLong(task -> task.order));
    private long nanos = 1_000_000_000L;
    private long wallOffsetNanos;
    private long order;

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
        Task<?> task = nextUntil(target);
        while (task != null) {
            task.run();
            task = nextUntil(target);
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

    private synchronized @Nullable Task<?> nextUntil(long target) {
        Task<?> next = tasks.peek();
        if (next == null || next.dueNanos > target) {
            nanos = target;
            return null;
        }
        nanos = Math.max(nanos, next.dueNanos);
        return tasks.poll();
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
        Task<V> task = new Task<>(callable, nanos + unit.toNanos(delay), order++);
        tasks.add(task);
        return task;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("the core sets single timers only");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("the core sets single timers only");
    }

    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public void shutdown() {
        var unused = shutdownNow();
    }

    @Override
    public synchronized List<Runnable> shutdownNow() {
        List<Runnable> left = new ArrayList<>(tasks);
        tasks.clear();
        return left;
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

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long dueNanos;
        private final long order;

        Task(Callable<V> callable, long dueNanos, long order) {
            super(callable);
            this.dueNanos = dueNanos;
            this.order = order;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            synchronized (VirtualTime.this) {
                tasks.remove(this);
            }
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - now().nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}

package dev.tokensidecar.testing.time;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A scheduled executor that a test controls: the subclass has the clock and fires the timers. It has single timers only, because
 * the sidecar sets no others, and never shuts down.
 */
public abstract class SingleTimers extends AbstractExecutorService implements ScheduledExecutorService {

    private long created;

    /** Returns the time by the clock of the timers. */
    public abstract long nanos();

    /** Keeps a new timer until it is due. */
    protected abstract void add(Timer<?> timer);

    /** Forgets a timer that was cancelled. */
    protected abstract void remove(Timer<?> timer);

    @Override
    public final ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    command.run();
                    return Boolean.TRUE;
                },
                delay,
                unit);
    }

    @Override
    public final synchronized <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Timer<V> timer = new Timer<>(callable, unit.toNanos(delay));
        add(timer);
        return timer;
    }

    @Override
    public final ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initial, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("the core sets single timers only");
    }

    @Override
    public final ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("the core sets single timers only");
    }

    @Override
    public void execute(Runnable command) {
        command.run();
    }

    @Override
    public final void shutdown() {
        var unused = shutdownNow();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public final boolean isShutdown() {
        return false;
    }

    @Override
    public final boolean isTerminated() {
        return false;
    }

    @Override
    public final boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    /** A timer. Of two that are due at the same time, the one that was set first comes first. */
    protected final class Timer<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long length;
        private final long due;
        private final long number;

        private Timer(Callable<V> callable, long length) {
            super(callable);
            this.length = length;
            this.due = nanos() + length;
            this.number = created++;
        }

        /** Returns the time for which it was set, in nanoseconds. */
        public long length() {
            return length;
        }

        /** Returns when it fires, by the clock of the timers. */
        public long due() {
            return due;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            remove(this);
            return super.cancel(mayInterruptIfRunning);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - nanos(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Timer<?> timer = (Timer<?>) other;
            return due == timer.due ? Long.compare(number, timer.number) : Long.compare(due, timer.due);
        }
    }
}

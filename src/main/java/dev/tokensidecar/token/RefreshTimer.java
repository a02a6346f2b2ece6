package dev.tokensidecar.token;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Calls back when a refresh may be due. At most one timer is armed; arming it again replaces it. */
final class RefreshTimer {

    private final ScheduledExecutorService timers;
    private final Runnable check;
    private @Nullable ScheduledFuture<?> timer;
    private boolean stopped;

    RefreshTimer(ScheduledExecutorService timers, Runnable check) {
        this.timers = timers;
        this.check = check;
    }

    synchronized void arm(Duration in) {
        if (timer != null) {
            timer.cancel(false);
        }
        if (!stopped) {
            timer = timers.schedule(check, in.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** Returns how long it takes until the next call; zero if none is planned. */
    synchronized Duration left() {
        return timer == null ? Duration.ZERO : Duration.ofNanos(Math.max(0, timer.getDelay(TimeUnit.NANOSECONDS)));
    }

    synchronized void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel(false);
        }
    }
}

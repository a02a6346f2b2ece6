package dev.tokensidecar.token;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The alarm clock of one token: at most one alarm is set, and the latest word on when counts. */
final class RefreshTimer {

    private final ScheduledExecutorService timers;
    private final Runnable look;
    private @Nullable ScheduledFuture<?> alarm;
    private boolean stopped;

    RefreshTimer(ScheduledExecutorService timers, Runnable look) {
        this.timers = timers;
        this.look = look;
    }

    synchronized void arm(Duration in) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        if (!stopped) {
            alarm = timers.schedule(look, in.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (alarm != null) {
            alarm.cancel(false);
        }
    }
}

package dev.tokensidecar.forward;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Reports that an exchange is idle, and again after each further timeout. Fires after 1 to 1.5 times the configured
 * timeout: it checks twice per timeout, so that activity resets a field instead of restarting a timer.
 */
final class IdleTimeout {

    private static final int CHECKS = 2;

    private final Vertx vertx;
    private final long timer;
    private final Runnable onIdle;
    private int idleChecks;

    IdleTimeout(Vertx vertx, Duration timeout, Runnable onIdle) {
        this.vertx = vertx;
        this.onIdle = onIdle;
        this.timer = vertx.setPeriodic(Math.max(1, timeout.toMillis() / CHECKS), tick -> check());
    }

    void onActivity() {
        idleChecks = 0;
    }

    void cancel() {
        vertx.cancelTimer(timer);
    }

    private void check() {
        idleChecks++;
        if (idleChecks > CHECKS) {
            idleChecks = 0;
            onIdle.run();
        }
    }
}

package dev.tokensidecar.forward;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Limits the total time for which a caller may send its body too slowly. Checks periodically whether the sidecar awaits
 * the body and has received almost nothing since the last check. Fires up to one check interval later than configured.
 */
final class BodyDeadline {

    private static final int CHECKS = 8;
    private static final long MIN_BYTES_PER_SECOND = 1024;
    private static final long MILLIS_PER_SECOND = 1000;

    private final Vertx vertx;
    private final RequestBody body;
    private final long minBytesPerCheck;
    private final long timer;
    private long receivedBefore;
    private int slowChecks;

    BodyDeadline(Vertx vertx, Duration timeout, RequestBody body, Runnable onTimeout) {
        this.vertx = vertx;
        this.body = body;
        long millis = Math.max(1, timeout.toMillis() / CHECKS);
        this.minBytesPerCheck = Math.max(1, millis * MIN_BYTES_PER_SECOND / MILLIS_PER_SECOND);
        this.timer = vertx.setPeriodic(millis, tick -> check(onTimeout));
    }

    private void check(Runnable onTimeout) {
        boolean slow = body.isAwaited() && body.receivedBytes() - receivedBefore < minBytesPerCheck;
        receivedBefore = body.receivedBytes();
        slowChecks += slow ? 1 : 0;
        if (slowChecks > CHECKS) {
            cancel();
            onTimeout.run();
        }
    }

    void cancel() {
        var unused = vertx.cancelTimer(timer);
    }
}

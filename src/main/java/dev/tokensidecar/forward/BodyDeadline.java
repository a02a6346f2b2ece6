package dev.tokensidecar.forward;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Limits how long a caller may be slow in sending a body, all in all. Looks a few times whether the caller was waited for
 * and has sent next to nothing since, so it may take as long again as between two looks.
 */
final class BodyDeadline {

    private static final int LOOKS = 8;
    private static final long LEAST_BYTES_PER_SECOND = 1024;
    private static final long MILLIS_PER_SECOND = 1000;

    private final Vertx vertx;
    private final RequestBody body;
    private final long leastBytes;
    private final long timer;
    private long received;
    private int slowLooks;

    BodyDeadline(Vertx vertx, Duration most, RequestBody body, Runnable late) {
        this.vertx = vertx;
        this.body = body;
        long millis = Math.max(1, most.toMillis() / LOOKS);
        this.leastBytes = Math.max(1, millis * LEAST_BYTES_PER_SECOND / MILLIS_PER_SECOND);
        this.timer = vertx.setPeriodic(millis, look -> look(late));
    }

    private void look(Runnable late) {
        boolean slow = body.isAwaited() && body.received() - received < leastBytes;
        received = body.received();
        slowLooks += slow ? 1 : 0;
        if (slowLooks > LOOKS) {
            end();
            late.run();
        }
    }

    void end() {
        var unused = vertx.cancelTimer(timer);
    }
}

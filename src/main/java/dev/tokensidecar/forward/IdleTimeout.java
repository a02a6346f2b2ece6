package dev.tokensidecar.forward;

import io.vertx.core.Vertx;
import java.time.Duration;

/**
 * Notices that nothing has moved for a while, again and again. It looks twice in that time, so that a byte more costs a field and no timer:
 * the while is the one configured and up to half as long again.
 */
final class IdleTimeout {

    private static final int LOOKS = 2;

    private final Vertx vertx;
    private final long timer;
    private final Runnable then;
    private int silentLooks;

    IdleTimeout(Vertx vertx, Duration most, Runnable then) {
        this.vertx = vertx;
        this.then = then;
        this.timer = vertx.setPeriodic(Math.max(1, most.toMillis() / LOOKS), look -> look());
    }

    /** Something has moved. */
    void isBroken() {
        silentLooks = 0;
    }

    void end() {
        vertx.cancelTimer(timer);
    }

    private void look() {
        silentLooks++;
        if (silentLooks > LOOKS) {
            silentLooks = 0;
            then.run();
        }
    }
}

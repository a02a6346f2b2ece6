package dev.tokensidecar.forward;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Limits how long a caller may take for a body, all its pauses together. Looks a few times whether the caller is waited
 * for just then, so it may take as long again as between two looks.
 */
final class BodyDeadline {

    private static final int LOOKS = 8;

    private final Vertx vertx;
    private final long timer;
    private int waits;

    /** @param awaited whether it is the caller who is waited for */
    BodyDeadline(Vertx vertx, Duration most, BooleanSupplier awaited, Runnable late) {
        this.vertx = vertx;
        this.timer = vertx.setPeriodic(Math.max(1, most.toMillis() / LOOKS), look -> {
            waits += awaited.getAsBoolean() ? 1 : 0;
            if (waits > LOOKS) {
                end();
                late.run();
            }
        });
    }

    void end() {
        var unused = vertx.cancelTimer(timer);
    }
}

package dev.tokensidecar.kubernetes.pods;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions. */
final class Await {

    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private Await() {}

    /** A condition to wait for. */
    @FunctionalInterface
    interface Condition {

        /** Returns whether the condition holds now. */
        boolean holds() throws IOException, InterruptedException;
    }

    /** Waits until the condition holds. */
    static void until(String what, Duration atMost, Condition condition) {
        Instant end = Instant.now().plus(atMost);
        try {
            while (!condition.holds()) {
                if (Instant.now().isAfter(end)) {
                    throw new AssertionError("not within " + atMost + ": " + what);
                }
                LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
            }
        } catch (IOException e) {
            throw new AssertionError(what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(what, e);
        }
    }
}

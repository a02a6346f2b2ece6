package dev.tokensidecar.token;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests back after the server itself has failed, where many run at the same time. What concerns one caller causes no
 * pause. Thread-safe.
 */
public final class ServerPause {

    private final BackOff backOff;
    private final RandomGenerator random;
    private @Nullable RefreshFailure cause;
    private @Nullable Moment since;
    private Duration length = Duration.ZERO;
    private int failuresInARow;

    public ServerPause(BackOff backOff, RandomGenerator random) {
        this.backOff = backOff;
        this.random = random;
    }

    /** Returns why no request may be sent now; null if one may. */
    public synchronized @Nullable RefreshFailure current(Moment now) {
        if (cause == null) {
            return null;
        }
        Duration left = left(now);
        return left.isPositive() ? cause.retryIn(left) : null;
    }

    /**
     * A request has failed. Requests that were on their way when the pause began fail for the same reason: they count as one
     * failure, and can only make the pause longer.
     */
    public synchronized void failed(RefreshFailure failure, Moment sent, Moment now) {
        if (!isOlderThanPause(sent)) {
            failuresInARow++;
        }
        Duration next = backOff.pause(failure, failuresInARow, random);
        if (left(now).compareTo(next) < 0) {
            cause = failure;
            since = now;
            length = next;
        }
    }

    /** The server has responded, even if it rejects. What was sent before the pause says nothing about its end. */
    public synchronized void responded(Moment sent) {
        if (!isOlderThanPause(sent)) {
            failuresInARow = 0;
            cause = null;
            since = null;
        }
    }

    private Duration left(Moment now) {
        return since == null ? Duration.ofNanos(-1) : length.minus(now.since(since));
    }

    private boolean isOlderThanPause(Moment sent) {
        return since != null && !sent.since(since).isPositive();
    }
}

package dev.tokensidecar.exchange;

import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Keeps requests back after the server itself has failed. A rejected credential concerns one caller and causes no pause. */
final class ServerPause {

    private final BackOff backOff;
    private final RandomGenerator random;
    private @Nullable RefreshFailure cause;
    private @Nullable Moment since;
    private Duration length = Duration.ZERO;
    private int failuresInARow;

    ServerPause(BackOff backOff, RandomGenerator random) {
        this.backOff = backOff;
        this.random = random;
    }

    /** Returns why no request may be sent now; null if one may. */
    synchronized @Nullable RefreshFailure current(Moment now) {
        if (cause == null || since == null) {
            return null;
        }
        Duration left = length.minus(now.since(since));
        return left.isPositive() ? cause.retryIn(left) : null;
    }

    synchronized void failed(RefreshFailure failure, Moment now) {
        failuresInARow++;
        cause = failure;
        since = now;
        length = backOff.pause(failure, failuresInARow, random);
    }

    /** The server responds, even if it rejects. */
    synchronized void responded() {
        failuresInARow = 0;
        cause = null;
    }
}

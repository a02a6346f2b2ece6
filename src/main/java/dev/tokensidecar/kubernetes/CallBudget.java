package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Limits the calls of this process to the API server, whatever else goes wrong: at most 120 in any minute, and 30 at once.
 * It also keeps the pause for which the API server has asked. The last five calls at once are for writes, because a refresh
 * token that was issued has to be saved.
 */
final class CallBudget {

    /** The longest pause that the API server can ask for. A typical one is 1 s. */
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private static final int BURST = 30;
    private static final int FOR_WRITES = 5;
    /** 90 calls a minute and a burst of 30 are 120 in the worst minute. */
    private static final long COST = TimeUnit.MINUTES.toNanos(1) / 90;

    private static final long FULL = BURST * COST;

    private final TimeSource time;
    private long credit = FULL;
    private long countedAt;
    private long pausedUntil;

    CallBudget(TimeSource time) {
        this.time = time;
        this.countedAt = time.nanos();
        this.pausedUntil = countedAt;
    }

    /** Takes one call from the budget, and returns false if there is none left. Pauses don't matter here. */
    synchronized boolean take(boolean write) {
        long now = time.nanos();
        credit = Math.min(FULL, credit + Math.max(0, now - countedAt));
        countedAt = now;
        long left = credit - COST;
        if (left < (write ? 0 : FOR_WRITES * COST)) {
            return false;
        }
        credit = left;
        return true;
    }

    /** Keeps all calls back for this time from now on. */
    synchronized void pause(Duration length) {
        long until = time.nanos() + (length.compareTo(LONGEST_PAUSE) < 0 ? length : LONGEST_PAUSE).toNanos();
        pausedUntil = pausedUntil - until < 0 ? until : pausedUntil;
    }

    /** Returns what is left of the pause; zero if there is none. */
    synchronized Duration pauseLeft() {
        return Duration.ofNanos(Math.max(0, pausedUntil - time.nanos()));
    }
}

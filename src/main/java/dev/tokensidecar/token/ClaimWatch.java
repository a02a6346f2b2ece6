package dev.tokensidecar.token;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Observes how long the claim of another process stays the same, by the monotonic clock of this process. A claim that
 * outlives the timeout of a request, and a margin, belongs to a process that has ended, or that must not send any more.
 */
final class ClaimWatch {

    /** A process that has claimed a request sends it within this time, or not at all. */
    static final Duration SENT_WITHIN = Duration.ofSeconds(5);

    private static final Duration MARGIN = Duration.ofSeconds(5);
    /**
     * An observer that has seen nothing for longer than this, by either clock, begins anew: while the store did not respond,
     * the holder could not save its result either, and needs time to do so now. The machine may have been suspended meanwhile.
     */
    private static final Duration LONGEST_GAP = Duration.ofSeconds(15);

    private @Nullable Claim observed;
    private String version = "";
    private long since;
    private @Nullable Moment lastSeen;

    /**
     * Returns how long to wait until the claim may be taken over; zero if it may be now.
     *
     * @param timeout how long the holder's request may take
     */
    Duration untilStale(Claim claim, String seenVersion, Duration timeout, Moment now) {
        Moment before = lastSeen;
        boolean blind = before != null && now.since(before).compareTo(LONGEST_GAP) > 0;
        lastSeen = now;
        if (blind || !claim.equals(observed) || !seenVersion.equals(version)) {
            observed = claim;
            version = seenVersion;
            since = now.nanos();
        }
        Duration left = timeout.plus(SENT_WITHIN).plus(MARGIN).minusNanos(now.nanos() - since);
        return left.isNegative() ? Duration.ZERO : left;
    }
}

package dev.tokensidecar.fleet;

import dev.tokensidecar.token.RefreshToken;
import java.time.Duration;

/** The truth about one request with a refresh token. Times are true times in nanoseconds; negative for never. */
final class Presentation {

    private static final long NEVER = -1;
    /** A holder sends its request within so much of its claim, or not at all. */
    static final Duration SENT_WITHIN = Duration.ofSeconds(5);

    private static final Duration MARGIN = Duration.ofSeconds(5);

    private final SimulatedProcess process;
    private final RefreshToken token;
    private final long timeout;
    private final long claimedAt;
    private long savedAt = NEVER;
    private boolean received;
    private boolean lost;
    private boolean outOfPatience;

    /**
     * @param timeout how long the sidecar waits for the response
     * @param claimedAt when its claim was in the record
     */
    Presentation(SimulatedProcess process, RefreshToken token, Duration timeout, long claimedAt) {
        this.process = process;
        this.token = token;
        this.timeout = timeout.toNanos();
        this.claimedAt = claimedAt;
    }

    SimulatedProcess process() {
        return process;
    }

    RefreshToken token() {
        return token;
    }

    /** The sidecar has got the response. */
    void received() {
        received = true;
    }

    /** The sidecar will never get the response: it is lost, or nobody waits for it any more. */
    void lost() {
        lost = !received;
    }

    /**
     * Another process has replaced its claim.
     *
     * @param sinceOutage how long the store has been reachable
     */
    void takenOver(long sinceOutage, long now) {
        long patience = timeout + SENT_WITHIN.plus(MARGIN).toNanos();
        outOfPatience |= Math.min(sinceOutage, now - claimedAt) >= patience;
    }

    /** The refresh token of the response is in the record. */
    void saved(long now) {
        savedAt = savedAt == NEVER ? now : savedAt;
    }

    /** Whether the window was hit: another request may present the token again. */
    boolean mayBeRepeatedBy(Presentation second, long now) {
        boolean nobodyHasIt = lost || process.crashed();
        boolean saved = savedAt != NEVER && savedAt <= second.claimedAt;
        return (!saved && (nobodyHasIt || outOfPatience)) || second.isLate(now);
    }

    /** Whether the request was processed so late that its sender no longer waits for it, or may have lost its claim. */
    private boolean isLate(long now) {
        return lost || process.crashed() || now - claimedAt > timeout + SENT_WITHIN.toNanos();
    }
}

package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;

/**
 * The life of one access token. All lengths are nanoseconds, so that the question every request asks costs no allocation.
 *
 * @param from when the request that brought the token was sent: the life cannot have begun later than the answer's making
 * @param lifeNanos how long the token lives from then on
 * @param dueNanos with this much left, or less, it is time to renew; the jitter was drawn once and is in it
 * @param minUsableNanos with less than this left the token is not handed out any more
 */
record Validity(Moment from, long lifeNanos, long dueNanos, long minUsableNanos) {

    /** What is left by the stricter of the two clocks; negative when the life is over. */
    long remainingNanos(Moment now) {
        return remainingNanos(now.nanos(), now.epochMillis());
    }

    long remainingNanos(long nanos, long epochMillis) {
        return lifeNanos - from.nanosUntil(nanos, epochMillis);
    }

    Freshness freshness(Moment now) {
        return freshness(now.nanos(), now.epochMillis());
    }

    Freshness freshness(long nanos, long epochMillis) {
        long remaining = remainingNanos(nanos, epochMillis);
        if (remaining > dueNanos) {
            return Freshness.FRESH;
        }
        return remaining >= minUsableNanos ? Freshness.DUE : Freshness.EXPIRED;
    }

    /** The end on the wall clock of {@code now}: what a caller can compare with its own clock. */
    Instant expiresAt(Moment now) {
        Instant byWallClock = from.instant().plusNanos(lifeNanos);
        Instant byRemaining = now.instant().plusNanos(remainingNanos(now));
        return byWallClock.isBefore(byRemaining) ? byWallClock : byRemaining;
    }

    Duration untilDue(Moment now) {
        return Duration.ofNanos(Math.max(0, remainingNanos(now) - dueNanos));
    }
}

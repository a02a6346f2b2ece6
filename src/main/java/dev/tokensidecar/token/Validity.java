package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;

/**
 * The lifetime of one access token. All durations are nanoseconds, so that the check on every request allocates nothing.
 *
 * @param from when the token request was sent, before the server made the response from which it counts the lifetime
 * @param lifetimeNanos how long the token is valid from then on
 * @param dueNanos with this much left, or less, a refresh is due; includes the jitter, which is drawn once
 * @param minUsableNanos with less than this left the token is not served any more
 */
record Validity(Moment from, long lifetimeNanos, long dueNanos, long minUsableNanos) {

    /** Returns what is left by the stricter of the two clocks; negative after expiry. */
    long remainingNanos(Moment now) {
        return remainingNanos(now.nanos(), now.epochMillis());
    }

    long remainingNanos(long nanos, long epochMillis) {
        return lifetimeNanos - from.nanosUntil(nanos, epochMillis);
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

    /** Returns the expiry on the wall clock of {@code now}, which a caller can compare with its own clock. */
    Instant expiresAt(Moment now) {
        Instant byWallClock = from.instant().plusNanos(lifetimeNanos);
        Instant byRemaining = now.instant().plusNanos(remainingNanos(now));
        return byWallClock.isBefore(byRemaining) ? byWallClock : byRemaining;
    }

    Duration untilUnusable(Moment now) {
        return Duration.ofNanos(Math.max(0, remainingNanos(now) - minUsableNanos));
    }

    Duration untilDue(Moment now) {
        return Duration.ofNanos(Math.max(0, remainingNanos(now) - dueNanos));
    }
}

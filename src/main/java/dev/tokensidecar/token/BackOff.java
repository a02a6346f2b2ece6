package dev.tokensidecar.token;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Computes the pauses after failed refreshes.
 *
 * @param initial upper bound of the first pause; doubles with each further failure
 * @param max upper bound of any pause, and the pause after a failure that only a person can fix
 * @param retryAfterMax longest {@code Retry-After} that is honoured
 * @param throttledMax the same for 429 and {@code slow_down}, where an early retry makes matters worse
 */
public record BackOff(Duration initial, Duration max, Duration retryAfterMax, Duration throttledMax) {

    /** Uses full jitter, from zero to the bound, so that pods that failed together do not retry together. */
    public Duration pause(RefreshFailure failure, int failuresInARow, RandomGenerator random) {
        if (failure instanceof RefreshFailure.Misconfigured) {
            return max;
        }
        Duration asked = failure.retryAfter();
        if (asked != null) {
            boolean throttled = failure instanceof RefreshFailure.Unavailable unavailable && unavailable.throttled();
            return shorter(asked, throttled ? throttledMax : retryAfterMax);
        }
        int doublings = Math.min(failuresInARow - 1, 30);
        Duration bound = shorter(initial.multipliedBy(1L << doublings), max);
        return Duration.ofNanos(random.nextLong(bound.toNanos() + 1));
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}

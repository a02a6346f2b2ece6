package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One reading of both clocks. The monotonic one cannot be set but stops while the machine sleeps; the wall clock goes on
 * in a sleep but can be set. Whoever measures a life looks at both and believes the one that says more has passed.
 *
 * @param nanos the monotonic clock, comparable with other readings of the same process only
 * @param epochMillis the wall clock
 */
public record Moment(long nanos, long epochMillis) {

    /** Time since an earlier moment, in nanoseconds: the larger of what the two clocks say, never negative. */
    long nanosSince(Moment earlier) {
        return earlier.nanosUntil(nanos, epochMillis);
    }

    /** The same, seen from the earlier moment; for the question that every request asks, which costs no allocation. */
    long nanosUntil(long laterNanos, long laterEpochMillis) {
        long monotonic = Math.max(0, laterNanos - nanos);
        return Math.max(monotonic, TimeUnit.MILLISECONDS.toNanos(laterEpochMillis - epochMillis));
    }

    /** Time since an earlier moment. */
    public Duration since(Moment earlier) {
        return Duration.ofNanos(nanosSince(earlier));
    }

    /** The wall clock's side of this moment. */
    public Instant instant() {
        return Instant.ofEpochMilli(epochMillis);
    }
}

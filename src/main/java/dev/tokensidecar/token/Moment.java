package dev.tokensidecar.token;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One reading of both clocks. The monotonic clock cannot be set, but stops while the machine is suspended. The wall clock
 * continues, but can be set. Elapsed time is the larger of what the two say.
 *
 * @param nanos the monotonic clock, comparable within one process only
 * @param epochMillis the wall clock
 */
public record Moment(long nanos, long epochMillis) {

    /** Returns the nanoseconds since an earlier moment; never negative. */
    long nanosSince(Moment earlier) {
        return earlier.nanosUntil(nanos, epochMillis);
    }

    /** Returns the nanoseconds until a later reading. Allocates nothing, for the check on every request. */
    long nanosUntil(long laterNanos, long laterEpochMillis) {
        long monotonic = Math.max(0, laterNanos - nanos);
        return Math.max(monotonic, TimeUnit.MILLISECONDS.toNanos(laterEpochMillis - epochMillis));
    }

    /** Returns the time since an earlier moment. */
    public Duration since(Moment earlier) {
        return Duration.ofNanos(nanosSince(earlier));
    }

    /** Returns the reading of the wall clock. */
    public Instant instant() {
        return Instant.ofEpochMilli(epochMillis);
    }
}

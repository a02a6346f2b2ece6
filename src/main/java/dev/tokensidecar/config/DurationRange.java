package dev.tokensidecar.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A duration of up to ten years.
 *
 * @param positive whether the minimum is one millisecond, not zero
 * @param limit bounds the duration by the value of another key; null for no such bound
 */
record DurationRange(boolean positive, @Nullable Limit limit) implements ValueType<Duration> {

    static final String HINT = "write a number with a unit, such as 500ms, 30s or 5m";
    private static final Duration MAX = Duration.ofDays(3650);

    /** @param inclusive whether the two values may be equal */
    record Limit(DefaultedKey<Duration> key, boolean inclusive) {}

    DurationRange lessThan(DefaultedKey<Duration> other) {
        return new DurationRange(positive, new Limit(other, false));
    }

    DurationRange atMost(DefaultedKey<Duration> other) {
        return new DurationRange(positive, new Limit(other, true));
    }

    @Override
    public @Nullable Duration parse(RawValue raw) {
        Duration duration;
        try {
            duration = raw.duration();
        } catch (RuntimeException malformed) {
            raw.rejectQuoted(HINT);
            return null;
        }
        if (duration.isNegative() || duration.compareTo(MAX) > 0) {
            raw.reject("must be between zero and ten years: " + HINT);
            return null;
        }
        if (positive && duration.toMillis() == 0) {
            raw.reject("must be at least 1ms: " + HINT);
            return null;
        }
        return duration;
    }
}

package dev.tokensidecar.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A duration of up to ten years.
 *
 * @param positive whether it has to be a millisecond at least
 * @param limit the duration that it must not exceed; null for none
 */
record DurationRange(boolean positive, @Nullable Limit limit) implements ValueType<Duration> {

    static final String HINT = "write a number with a unit, such as 500ms, 30s or 5m";
    private static final Duration MOST = Duration.ofDays(3650);

    /** @param inclusive whether both may be equal */
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
        } catch (RuntimeException none) {
            raw.rejectQuoted(HINT);
            return null;
        }
        if (duration.isNegative() || duration.compareTo(MOST) > 0) {
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

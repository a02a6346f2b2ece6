package dev.tokensidecar.soak;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One trouble from its beginning until the sidecar has got over it. */
final class DisturbanceEpisode {

    private final Disturbance trouble;
    private final Instant begin;
    private volatile @Nullable Instant end;
    private volatile int failures;

    DisturbanceEpisode(Disturbance trouble, Instant begin) {
        this.trouble = trouble;
        this.begin = begin;
    }

    /**
     * Ends it.
     *
     * @param allowed how many requests may have failed meanwhile
     */
    void end(Instant when, int allowed) {
        failures = allowed;
        end = when;
    }

    Disturbance trouble() {
        return trouble;
    }

    Instant begin() {
        return begin;
    }

    int failures() {
        return failures;
    }

    /** Whether a part of it lies between these. */
    boolean touches(Instant from, Instant to) {
        Instant over = end;
        return begin.isBefore(to) && (over == null || over.isAfter(from));
    }
}

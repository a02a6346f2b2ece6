package dev.tokensidecar.soak;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One disturbance, from its begin until the sidecar has recovered. */
final class DisturbanceEpisode {

    private final Disturbance disturbance;
    private final Instant begin;
    private volatile @Nullable Instant end;
    private volatile int failures;

    DisturbanceEpisode(Disturbance disturbance, Instant begin) {
        this.disturbance = disturbance;
        this.begin = begin;
    }

    /**
     * Ends the episode.
     *
     * @param allowed how many requests may have failed in it
     */
    void end(Instant when, int allowed) {
        failures = allowed;
        end = when;
    }

    Disturbance disturbance() {
        return disturbance;
    }

    int failures() {
        return failures;
    }

    /** Returns whether a part of the episode lies between these moments. */
    boolean overlaps(Instant from, Instant to) {
        Instant ended = end;
        return begin.isBefore(to) && (ended == null || ended.isAfter(from));
    }
}

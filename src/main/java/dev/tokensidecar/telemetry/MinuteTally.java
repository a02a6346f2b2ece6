package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.Moment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Counts events of one kind for a log with at most one line a minute. Thread-safe. */
final class MinuteTally {

    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private @Nullable Moment logged;
    private long events;

    /** Counts an event. Returns how many there were since the last line; zero if it is too early for another line. */
    synchronized long count(Moment now) {
        events++;
        if (logged != null && now.since(logged).compareTo(INTERVAL) < 0) {
            return 0;
        }
        logged = now;
        long counted = events;
        events = 0;
        return counted;
    }
}

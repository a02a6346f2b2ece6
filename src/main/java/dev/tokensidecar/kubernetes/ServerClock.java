package dev.tokensidecar.kubernetes;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.StoreClock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The clock of the API server, within bounds. Each response has a {@code Date}, in seconds (RFC 9110 section 6.6.1): when
 * the response arrived, the clock showed at least that time, and at most one second and the duration of the call more. The
 * bounds of several responses together are narrower than those of one.
 *
 * <p>Between responses the bounds drift apart. Where the two clocks of this process disagree, as after a suspension of the
 * machine, each bound follows the one that makes it wider. Bounds that contradict each other mean that the clock was set,
 * or that another API server responds: then the newest response alone counts.
 */
final class ServerClock implements StoreClock {

    /** Before the first response, the clock of this machine counts, and may be wrong by so much. */
    private static final Duration UNKNOWN = Duration.ofMinutes(1);

    private static final Duration RESOLUTION = Duration.ofSeconds(1);
    /** The clocks of two machines drift apart by one nanosecond in so many, which is 100 ppm, at most. */
    private static final long DRIFT = 10_000;

    private @Nullable Bounds known;

    /** What the clock of the server showed at a moment of this process. */
    private record Bounds(Moment at, Instant low, Instant high) {

        Bounds narrowedBy(Bounds seen) {
            Instant lowest = later(low(seen.at), seen.low);
            Instant highest = earlier(high(seen.at), seen.high);
            return lowest.isAfter(highest) ? seen : new Bounds(seen.at, lowest, highest);
        }

        Instant low(Moment moment) {
            return low.plusNanos(Math.min(near(moment), far(moment)));
        }

        Instant high(Moment moment) {
            return high.plusNanos(Math.max(near(moment), far(moment)));
        }

        /** Returns the shortest time between these bounds and a moment after or, negative, before them. */
        private long near(Moment moment) {
            long monotonic = moment.nanos() - at.nanos();
            return monotonic - monotonic / DRIFT;
        }

        /** Returns the longest time between these bounds and a moment after or, negative, before them. */
        private long far(Moment moment) {
            long monotonic = moment.nanos() - at.nanos();
            long wall = TimeUnit.MILLISECONDS.toNanos(moment.epochMillis() - at.epochMillis());
            long longest = monotonic < 0 ? Math.min(monotonic, wall) : Math.max(monotonic, wall);
            return longest + longest / DRIFT;
        }

        private static Instant later(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }

        private static Instant earlier(Instant one, Instant other) {
            return one.isBefore(other) ? one : other;
        }
    }

    /**
     * Takes note of a response.
     *
     * @param date the {@code Date} of the response; ignored if it is null or no date
     * @param sent when the request was sent, or earlier
     * @param received when the response had arrived, or later
     */
    void observe(@Nullable String date, Moment sent, Moment received) {
        if (date == null) {
            return;
        }
        try {
            observe(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)), sent, received);
        } catch (DateTimeException ignored) {
            // the next response may have a better one
        }
    }

    private synchronized void observe(Instant date, Moment sent, Moment received) {
        Bounds seen = new Bounds(received, date, date.plus(RESOLUTION).plus(received.since(sent)));
        known = known == null ? seen : known.narrowedBy(seen);
    }

    @Override
    public Instant earliest(Moment moment) {
        Bounds bounds = bounds();
        return bounds == null ? moment.instant().minus(UNKNOWN) : bounds.low(moment);
    }

    @Override
    public Instant latest(Moment moment) {
        Bounds bounds = bounds();
        return bounds == null ? moment.instant().plus(UNKNOWN) : bounds.high(moment);
    }

    private synchronized @Nullable Bounds bounds() {
        return known;
    }
}

package dev.tokensidecar.fleet;

import dev.tokensidecar.token.Moment;
import dev.tokensidecar.token.StoreClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a process knows about the clock of the store: each reply has a date in whole seconds. */
final class ObservedClock implements StoreClock {

    /** A date is rounded down by less than this. */
    private static final Duration RESOLUTION = Duration.ofSeconds(1);

    private final Duration error;
    private @Nullable Moment at;
    private Instant low = Instant.EPOCH;
    private Instant high = Instant.EPOCH;

    /** @param error by which the clock is believed to be behind; zero without a defect */
    ObservedClock(Duration error) {
        this.error = error;
    }

    /** Takes note of a reply, which narrows the bounds unless it contradicts them. */
    void observe(Instant date, Moment sent, Moment received) {
        Instant highest = date.plus(RESOLUTION).plus(received.since(sent));
        boolean contradicts =
                at == null || low(received).isAfter(highest) || high(received).isBefore(date);
        Instant knownLow = contradicts ? date : low(received);
        Instant knownHigh = contradicts ? highest : high(received);
        at = received;
        low = knownLow.isAfter(date) ? knownLow : date;
        high = knownHigh.isBefore(highest) ? knownHigh : highest;
    }

    /** Takes note of the response that began a watch, unless there was another one before. */
    void observeIfUnknown(Instant date, Moment received) {
        if (at == null) {
            observe(date, received, received);
        }
    }

    @Override
    public Instant earliest(Moment moment) {
        return low(moment);
    }

    @Override
    public Instant latest(Moment moment) {
        return high(moment).minus(error);
    }

    private Instant low(Moment moment) {
        return low.plusNanos(Math.min(monotonic(moment), wall(moment)));
    }

    private Instant high(Moment moment) {
        return high.plusNanos(Math.max(monotonic(moment), wall(moment)));
    }

    private long monotonic(Moment moment) {
        return at == null ? 0 : moment.nanos() - at.nanos();
    }

    /** The wall clock shows whole milliseconds. */
    private long wall(Moment moment) {
        return at == null ? 0 : (moment.epochMillis() - at.epochMillis()) * 1_000_000;
    }
}

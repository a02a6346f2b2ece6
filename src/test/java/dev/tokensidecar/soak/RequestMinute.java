package dev.tokensidecar.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One minute at the token endpoint.
 *
 * @param requests how many requests arrived
 * @param promised the maximum, given the disturbances in that minute
 */
record RequestMinute(Instant from, long requests, long promised) {

    private static final Duration LENGTH = Duration.ofMinutes(1);

    /** Returns the minutes that begin with a request; the busiest minute is among them. */
    static List<RequestMinute> all(List<Instant> arrivals, Disturbances disturbances) {
        return arrivals.stream().map(from -> of(from, arrivals, disturbances)).toList();
    }

    private static RequestMinute of(Instant from, List<Instant> arrivals, Disturbances disturbances) {
        Instant to = from.plus(LENGTH);
        long requests = arrivals.stream()
                .filter(arrival -> !arrival.isBefore(from) && arrival.isBefore(to))
                .count();
        return new RequestMinute(from, requests, SoakSettings.successes(LENGTH) + disturbances.failures(from, to));
    }

    boolean withinPromise() {
        return requests <= promised;
    }
}

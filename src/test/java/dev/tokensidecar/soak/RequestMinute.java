package dev.tokensidecar.soak;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A minute at the token endpoint.
 *
 * @param requests how many arrived
 * @param promised the most there may be, given what went wrong meanwhile
 */
record RequestMinute(Instant from, long requests, long promised) {

    private static final Duration LENGTH = Duration.ofMinutes(1);

    /** The minutes that begin with a request, which are the busiest there are. */
    static List<RequestMinute> all(List<Instant> arrivals, Disturbances troubles) {
        return arrivals.stream().map(from -> of(from, arrivals, troubles)).toList();
    }

    private static RequestMinute of(Instant from, List<Instant> arrivals, Disturbances troubles) {
        Instant to = from.plus(LENGTH);
        long requests = arrivals.stream()
                .filter(arrival -> !arrival.isBefore(from) && arrival.isBefore(to))
                .count();
        return new RequestMinute(from, requests, SoakSettings.successes(LENGTH) + troubles.failures(from, to));
    }

    boolean kept() {
        return requests <= promised;
    }
}

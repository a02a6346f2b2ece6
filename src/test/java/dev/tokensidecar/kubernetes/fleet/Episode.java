package dev.tokensidecar.kubernetes.fleet;

import dev.tokensidecar.kubernetes.session.Polls;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * One disruption.
 *
 * @param what its kind
 * @param pods the names of the pods that it affects; empty if it affects all of them
 * @param begin when it began
 * @param healed when its cause was gone
 * @param recovered when every pod had a token again
 */
record Episode(String what, Set<String> pods, Instant begin, Instant healed, Instant recovered) {

    Duration recovery() {
        return Duration.between(healed, recovered);
    }

    /** Whether it explains an outage of this pod. */
    boolean explains(Polls.Outage outage, Duration allowance) {
        boolean affected = pods.isEmpty() || pods.contains(outage.pod());
        return affected && !outage.ended().isBefore(begin) && !outage.ended().isAfter(healed.plus(allowance));
    }
}

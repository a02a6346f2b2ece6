package dev.tokensidecar.demo;

import java.util.Map;

/**
 * What the token endpoint has seen so far. A request is over before its reply leaves, so that whoever has the reply
 * finds it counted.
 *
 * @param tokenRequests requests that arrived
 * @param byGrant the same for each grant type; what is no grant of this server counts as {@code other}
 * @param successes granted and answered
 * @param errors everything else that is over: refused, faulty, reset, abandoned by its client
 * @param inFlight arrived and not over
 * @param maxInFlight the most that were in flight at once
 * @param reuseDetections used refresh tokens that were presented again
 */
public record Stats(
        long tokenRequests,
        Map<String, Long> byGrant,
        long successes,
        long errors,
        int inFlight,
        int maxInFlight,
        long reuseDetections) {}

package dev.tokensidecar.demo;

import java.util.Map;

/**
 * The counters of the token endpoint. A request counts as ended before its response leaves, so a client that has the
 * response finds it counted.
 *
 * @param tokenRequests requests that have arrived
 * @param byGrant the same by grant type; {@code other} stands for grants that this server does not support
 * @param successes requests that got tokens
 * @param errors all other requests that have ended: rejected, faulty, reset, or abandoned by the client
 * @param inFlight requests that have arrived and not ended
 * @param maxInFlight the most requests in flight at the same time
 * @param reuseDetections how often a used refresh token was presented again
 */
public record Stats(
        long tokenRequests,
        Map<String, Long> byGrant,
        long successes,
        long errors,
        int inFlight,
        int maxInFlight,
        long reuseDetections) {}

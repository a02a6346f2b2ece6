package dev.tokensidecar.exchange;

import dev.tokensidecar.token.RefreshPolicy;
import java.time.Duration;

/**
 * The limits of exchanges.
 *
 * @param maxConcurrent how many requests run at the same time towards the server
 * @param maxWaiters how many callers may wait at the same time
 * @param cacheBytes how much memory the tokens in the cache may take
 * @param negativeTime how long a rejected credential is remembered
 * @param lifetimes how long a token is served, the time between two renewals after a rejection, and the back-off
 */
public record ExchangePolicy(
        int maxConcurrent, int maxWaiters, long cacheBytes, Duration negativeTime, RefreshPolicy lifetimes) {}

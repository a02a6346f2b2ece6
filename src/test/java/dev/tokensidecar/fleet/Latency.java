package dev.tokensidecar.fleet;

import java.util.random.RandomGenerator;

/**
 * How long messages take.
 *
 * @param shortest in milliseconds
 * @param longest in milliseconds; a few messages take twenty times as long
 */
record Latency(RandomGenerator random, int shortest, int longest) {

    /** Returns nanoseconds. */
    long next() {
        long nanos = random.nextLong(shortest * 1_000_000L, longest * 1_000_000L);
        return random.nextInt(50) == 0 ? 20 * nanos : nanos;
    }
}

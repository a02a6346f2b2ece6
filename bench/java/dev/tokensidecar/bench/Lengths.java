package dev.tokensidecar.bench;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.time.Duration;
import java.util.List;

/**
 * How long and how often everything is done.
 *
 * @param warmUp load before the hot path is measured
 * @param hotPathRounds runs of each side, in turns
 * @param hotPathRun the length of one of them
 * @param herds numbers of callers
 * @param herdRounds how often each herd comes
 * @param refreshLoad the length of the constant load
 * @param refreshControl the length of the same load upon nginx
 * @param starts how often each kind is started
 * @param settling rest after a start before memory or idleness is looked at
 * @param manyRequests as many as are sent before memory is looked at again
 * @param idle how long nobody asks
 * @param namedTokens numbers of tokens
 * @param namedSettling rest after a start with them
 * @param namedIdle how long nobody asks for them
 * @param jmh options of JMH beside those that the benchmarks have themselves
 */
record Lengths(
        Duration warmUp,
        int hotPathRounds,
        Duration hotPathRun,
        List<Integer> herds,
        int herdRounds,
        Duration refreshLoad,
        Duration refreshControl,
        int starts,
        Duration settling,
        long manyRequests,
        Duration idle,
        List<Integer> namedTokens,
        Duration namedSettling,
        Duration namedIdle,
        List<String> jmh) {

    static final Lengths FULL = new Lengths(
            ofSeconds(20),
            3,
            ofSeconds(5),
            List.of(100, 1_000, 10_000),
            7,
            ofMinutes(10),
            ofMinutes(2),
            7,
            ofSeconds(30),
            1_000_000,
            ofSeconds(60),
            List.of(1, 10, 1_000),
            ofSeconds(10),
            ofSeconds(20),
            List.of());

    static final Lengths SMOKE = new Lengths(
            ofSeconds(1),
            1,
            ofSeconds(1),
            List.of(100, 1_000),
            2,
            ofSeconds(10),
            ofSeconds(10),
            1,
            ofSeconds(2),
            10_000,
            ofSeconds(5),
            List.of(1, 10),
            ofSeconds(1),
            ofSeconds(3),
            List.of("-f", "1", "-wi", "0", "-i", "1", "-r", "100ms"));

    /** The largest herd. */
    int largestHerd() {
        return herds.getLast();
    }
}

package dev.tokensidecar.bench;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import java.time.Duration;
import java.util.List;

/**
 * How long and how often the scenarios run.
 *
 * @param warmUp the length of the load before the hot path is measured
 * @param hotPathRounds the number of runs of each side, in turns
 * @param hotPathRun the length of one run
 * @param herds the numbers of callers
 * @param herdRounds the number of rounds for each number of callers
 * @param refreshLoad the length of the constant load
 * @param refreshControl the length of the same load on nginx
 * @param starts the number of starts of each kind of process
 * @param settling the rest between a start and the first reading of memory or activity
 * @param manyRequests the number of requests before the second reading of memory
 * @param idle how long an idle process is observed
 * @param namedTokens the numbers of named tokens
 * @param namedSettling the rest after a start with named tokens
 * @param namedIdle how long an idle process with named tokens is observed
 * @param jmh options of JMH, in addition to the annotations of the benchmarks
 */
record RunPlan(
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

    static final RunPlan FULL = new RunPlan(
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

    static final RunPlan SMOKE = new RunPlan(
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

    /** Returns the largest number of callers. */
    int largestHerd() {
        return herds.getLast();
    }
}

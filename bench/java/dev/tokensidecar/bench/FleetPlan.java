package dev.tokensidecar.bench;

import java.time.Duration;
import java.util.List;

/**
 * How large the fleets of {@code bench/fleet-scale} are, and how long they run.
 *
 * @param members the sizes of the simulated fleets
 * @param simulated the length of a simulation, in virtual time
 * @param watchers the numbers of watches at the real API server
 * @param starts how often all of them start, for each number
 * @param writes the number of writes for each number of watches
 * @param idle how long the servers are observed without a write
 */
record FleetPlan(
        List<Integer> members, Duration simulated, List<Integer> watchers, int starts, int writes, Duration idle) {

    private static final FleetPlan FULL = new FleetPlan(
            List.of(10, 100, 1_000, 10_000),
            Duration.ofMinutes(50),
            List.of(1, 10, 30, 100, 300),
            3,
            200,
            Duration.ofSeconds(2));

    private static final FleetPlan SMOKE =
            new FleetPlan(List.of(10, 100), Duration.ofMinutes(20), List.of(1, 10), 1, 10, Duration.ofMillis(500));

    static FleetPlan of(Workbench workbench) {
        return workbench.runPlan().equals(RunPlan.SMOKE) ? SMOKE : FULL;
    }
}

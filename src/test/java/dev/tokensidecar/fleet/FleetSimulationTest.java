package dev.tokensidecar.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many fleets, each with other faults at other moments. {@code -Dfleet.schedules} sets how many. */
class FleetSimulationTest {

    private static final int SCHEDULES = Integer.getInteger("fleet.schedules", 3_000);
    private static final long FIRST = Long.getLong("fleet.seed", 1);

    /** Mutiny loads its plug-ins at its first use, which several threads must not do at once. */
    @BeforeAll
    static void loadMutiny() {
        var unused = Fleet.run(0, Defect.NONE);
    }

    @Test
    void everyRuleHoldsInEverySchedule() {
        AtomicLongArray counts = new AtomicLongArray(Count.values().length);
        long start = System.nanoTime();
        List<Long> violations = LongStream.range(FIRST, FIRST + SCHEDULES)
                .parallel()
                .filter(seed -> {
                    Verdict verdict = Fleet.run(seed, Defect.NONE);
                    verdict.counts().forEach((count, number) -> counts.addAndGet(count.ordinal(), number));
                    return verdict.violation() != null;
                })
                .limit(5)
                .boxed()
                .toList();
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<Count, Long> totals = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            totals.put(count, counts.get(count.ordinal()));
        }
        System.out.printf("fleet schedules=%d seconds=%.1f %s %s%n", SCHEDULES, seconds, totals, violations);
        assertThat(violations)
                .withFailMessage(() ->
                        Fleet.runTraced(violations.getFirst(), Defect.NONE).report())
                .isEmpty();
    }
}

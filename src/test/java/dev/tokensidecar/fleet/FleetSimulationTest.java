package dev.tokensidecar.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many fleets, each with other faults at other moments. {@code -Dfleet.schedules} sets how many, {@code -Dfleet.seed} the
 * first one: with its seed and one schedule, a run repeats.
 */
class FleetSimulationTest {

    private static final long SCHEDULES = Long.getLong("fleet.schedules", 3_000);
    private static final long FIRST = Long.getLong("fleet.seed", 1);

    private final Map<Count, Long> counts = new ConcurrentSkipListMap<>();

    /** Mutiny loads its plug-ins at its first use, which several threads must not do at once. */
    @BeforeAll
    static void loadMutiny() {
        var unused = Fleet.run(0, Defect.NONE);
    }

    @Test
    void everyRuleHoldsInEverySchedule() {
        long start = System.nanoTime();
        List<Long> violating = Workers.parallel(() -> LongStream.range(FIRST, FIRST + SCHEDULES)
                .parallel()
                .filter(this::isViolated)
                .boxed()
                .toList());
        double seconds = (System.nanoTime() - start) / 1e9;
        Figures.record(
                "fleet-simulation",
                "schedules=%d seconds=%.1f per_second=%.0f %s"
                        .formatted(SCHEDULES, seconds, SCHEDULES / seconds, figures()));
        assertThat(violating)
                .withFailMessage(() -> violating + "\n" + report(violating.getFirst()))
                .isEmpty();
    }

    /**
     * Schedules that have found a defect. 214245: while the store is out of reach, a paused process gets the result of an old
     * login, and another one that of a new login, which the result of the first replaced. 697436: a suspended machine
     * counts the time before as patience, although the store has been out of reach since. 1266984: the response to a request from
     * before a suspension has a token that counts as expired, and would replace a usable one of another process in the file.
     * 2369106: when the session of a new login ends, the sidecar goes back to that of the old one, with a spent refresh token.
     * 4748252, 8033313: of two access tokens for one refresh token, which a server without rotation issues to a paused process
     * and to the one that took over, the one that was written last replaced the other. 7049275: a broken store was asked
     * three times at once, again and again, to save what could not be saved. 5874335: a paused process kept its token, although the
     * record had got another one meanwhile, and replaced it by the next one of the record, which was older.
     */
    @ParameterizedTest
    @ValueSource(longs = {214_245, 697_436, 1_266_984, 2_369_106, 4_748_252, 5_874_335, 7_049_275, 8_033_313})
    void scheduleThatHasFoundADefectKeepsEveryRule(long seed) {
        assertThat(isViolated(seed)).withFailMessage(() -> report(seed)).isFalse();
    }

    private boolean isViolated(long seed) {
        Verdict verdict = Fleet.run(seed, Defect.NONE);
        verdict.counts().forEach((what, number) -> counts.merge(what, (long) number, Long::sum));
        return verdict.violation() != null;
    }

    private static String report(long seed) {
        return Fleet.runTraced(seed, Defect.NONE).report();
    }

    private String figures() {
        return counts.entrySet().stream()
                .map(count -> count.getKey().label() + "=" + count.getValue())
                .reduce((some, more) -> some + " " + more)
                .orElse("");
    }
}

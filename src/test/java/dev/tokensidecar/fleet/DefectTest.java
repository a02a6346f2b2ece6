package dev.tokensidecar.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulation notices when a rule is taken out. */
class DefectTest {

    private static final int SCHEDULES = 5_000;

    @BeforeAll
    static void loadMutiny() {
        var unused = Fleet.run(0, Defect.NONE);
    }

    @ParameterizedTest
    @EnumSource(mode = EXCLUDE, names = "NONE")
    void aDefectIsFound(Defect defect) {
        boolean found = Workers.parallel(
                () -> LongStream.range(1, SCHEDULES).parallel().anyMatch(seed -> isFound(defect, seed)));
        assertThat(found).isTrue();
    }

    private static boolean isFound(Defect defect, long seed) {
        Rule broken = defect.broken();
        return broken != null && Fleet.run(seed, defect).isViolationOf(broken);
    }

    @Test
    void eachRuleFailsWithADefect() {
        assertThat(Arrays.stream(Defect.values()).map(Defect::broken)).contains(Rule.values());
    }

    @Test
    void theSameSeedIsTheSameRun() {
        for (long seed = 1; seed < 50; seed++) {
            Verdict first = Fleet.runTraced(seed, Defect.NONE);
            assertThat(Fleet.runTraced(seed, Defect.NONE)).isEqualTo(first);
        }
    }
}

package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crashes with the demo server, which rotates strictly. {@code -Dkills=N} sets their number; half as many without a grace
 * period.
 */
class KillIT {

    private static final int KILLS = Integer.getInteger("kills", 16);

    @TempDir
    Path directory;

    @Test
    void withAGracePeriodNoCrashEndsTheSession() throws Exception {
        kill(Duration.ofSeconds(10), KILLS);
    }

    @Test
    void withoutAGracePeriodOnlyCrashesInTheUnavoidableWindowEndTheSession() throws Exception {
        kill(Duration.ZERO, KILLS / 2);
    }

    private void kill(Duration grace, int kills) throws Exception {
        try (DemoKillScenario scenario = new DemoKillScenario(directory, grace)) {
            KillLoop loop = new KillLoop(scenario);
            loop.run(kills);

            assertThat(scenario.stats().reuseDetections()).isEqualTo(loop.sessionsLost());
            assertThat(scenario.stats().maxInFlight()).isEqualTo(1);
        }
    }
}

package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes at the demo server, which rotates strictly; {@code -Dkills=N} says how many, and half as many without grace. */
class KillIT {

    private static final int KILLS = Integer.getInteger("kills", 24);

    @TempDir
    Path directory;

    @Test
    void withAGracePeriodNoCrashCostsTheSession() throws Exception {
        kill(Duration.ofSeconds(10), KILLS);
    }

    @Test
    void withoutOneACrashCostsTheSessionInTheUnavoidableWindowOnly() throws Exception {
        kill(Duration.ZERO, KILLS / 2);
    }

    private void kill(Duration grace, int kills) throws Exception {
        try (DemoKillScenario scene = new DemoKillScenario(directory, grace)) {
            KillLoop loop = new KillLoop(scene);
            loop.run(kills);

            assertThat(scene.stats().reuseDetections()).isEqualTo(loop.sessionsLost());
            assertThat(scene.stats().maxInFlight()).isEqualTo(1);
        }
    }
}

package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process with too little memory of some kind either serves, or exits immediately so that it is restarted. */
@Timeout(120)
class OutOfMemoryIT {

    private static final Duration TIME = Duration.ofSeconds(3);
    private static final int EXIT_CODE_BY_SIGNAL = 128;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"-XX:MaxDirectMemorySize=1m", "-Dio.netty.maxDirectMemory=4194304", "-Xmx14m"})
    void servesOrExits(String option) throws Exception {
        try (AttackScene scene = new AttackScene(OutOfMemoryIT.class, directory)) {
            scene.options(option);
            ListenAddress address = scene.inside().getFirst();
            Floods floods = new Floods("/token");
            for (FloodPlan plan : floods.heads().subList(0, 2)) {
                var sidecar = scene.sidecar();

                FloodReport report = FloodRun.run(scene, address, plan, TIME);

                if (AttackScene.isAlive(sidecar)) {
                    report.assertRecoversImmediately();
                } else {
                    assertThat(sidecar.awaitExit()).as("exit code").isBetween(1, EXIT_CODE_BY_SIGNAL - 1);
                }
            }
        }
    }
}

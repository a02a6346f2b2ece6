package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.ProcessResources;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Floods of the port that other pods can reach. The application, the kubelet and Prometheus do not notice.
 *
 * <p>{@code -Dattack.seconds=N} sets the duration of each flood.
 */
@Timeout(600)
class FloodFromOutsideIT {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("attack.seconds", 1));
    private static final int PATHS = 20_000;
    private static final int ADDRESSES = 1800;

    /** The p99 of a short flood is the slowest one or two of 100 calls, so one stall of the machine decides. */
    private static final Duration ENOUGH = Duration.ofSeconds(10);

    @TempDir
    static Path directory;

    private static AttackScene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(FloodFromOutsideIT.class, directory);
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    static List<FloodPlan> floods() {
        return new Floods("/q/metrics").all();
    }

    @ParameterizedTest
    @MethodSource("floods")
    void nobodyNotices(FloodPlan flood) throws Exception {
        FloodReport report = run(flood, TIME);
        if (!report.isQuick() && TIME.compareTo(ENOUGH) < 0) {
            report = run(flood, ENOUGH);
        }

        report.assertQuick();
    }

    /** Everything but the latency holds for each run. */
    private static FloodReport run(FloodPlan flood, Duration time) throws Exception {
        FloodReport report = FloodRun.run(scene, scene.management(), flood, time);
        report.assertBounded();
        report.assertServed();
        report.assertRecoversImmediately();
        assertThat(report.responses()).as("HTTP/2 or WebSocket").doesNotContainKeys(FloodConnection.OTHER, "101");
        return report;
    }

    /** More addresses than a pod has. A probe is one new connection among many, and may be late. */
    @Test
    void newConnectionsFromManyAddressesDoNotStopTheSidecar() throws Exception {
        FloodReport report =
                FloodRun.run(scene, scene.management(), new Floods("/q/metrics").newConnections(ADDRESSES), TIME);

        report.assertBounded();
        report.assertRecoversImmediately();
        assertThat(report.caller().failures()).as("tokens that were not served").isEmpty();
    }

    @Test
    void requestedPathsLeaveNoTrace() throws Exception {
        ProcessResources before = scene.vitals();
        AtomicInteger left = new AtomicInteger(PATHS);

        FloodReport report = FloodRun.run(scene, scene.management(), Floods.distinctPaths(left), () -> left.get() <= 0);

        report.assertBounded();
        report.assertServed();
        report.assertQuick();
        assertThat(report.responses()).doesNotContainKey("200");
        assertThat(scene.vitals().liveMegabytes())
                .as("live heap in MB")
                .isLessThan(before.liveMegabytes() + ProcessResources.margin());
    }
}

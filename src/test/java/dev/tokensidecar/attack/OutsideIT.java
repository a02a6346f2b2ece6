package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.Vitals;
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
 * Floods of the port that other pods reach: nobody in the pod notices, and neither do the kubelet and Prometheus.
 *
 * <p>{@code -Dattack.seconds=N} says for how long each goes on.
 */
@Timeout(600)
class OutsideIT {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("attack.seconds", 2));
    private static final int NAMES = 20_000;
    private static final int ADDRESSES = 1800;

    @TempDir
    static Path directory;

    private static AttackScene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(OutsideIT.class, directory);
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    static List<Plan> floods() {
        return new Floods("/q/metrics").all();
    }

    @ParameterizedTest
    @MethodSource("floods")
    void nobodyNotices(Plan flood) throws Exception {
        Toll toll = Siege.lay(scene, scene.management(), flood, TIME);

        toll.assertBounded();
        toll.assertNobodyNoticed();
        toll.assertOverAtOnce();
        assertThat(toll.answers()).as("HTTP/2 or WebSocket").doesNotContainKeys(Attacker.OTHER, "101");
    }

    /** More addresses than a pod has: then a probe is one newcomer among many, and may be late. */
    @Test
    void newConnectionsFromEverywhereEndNothing() throws Exception {
        Toll toll = Siege.lay(scene, scene.management(), new Floods("/q/metrics").newConnections(ADDRESSES), TIME);

        toll.assertBounded();
        toll.assertOverAtOnce();
        assertThat(toll.bystander().failures())
                .as("tokens that were not served")
                .isEmpty();
    }

    @Test
    void namesAreForgotten() throws Exception {
        Vitals before = scene.vitals();
        AtomicInteger left = new AtomicInteger(NAMES);

        Toll toll = Siege.lay(scene, scene.management(), Floods.names(left), () -> left.get() <= 0);

        toll.assertBounded();
        toll.assertNobodyNoticed();
        assertThat(toll.answers()).doesNotContainKey("200");
        assertThat(scene.vitals().liveMegabytes())
                .as("live heap in MB")
                .isLessThan(before.liveMegabytes() + Vitals.margin());
    }
}

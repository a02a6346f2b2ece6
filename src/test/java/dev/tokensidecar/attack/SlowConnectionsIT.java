package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Silent and slow connections: the sidecar closes each of them, on every address. */
@Timeout(180)
class SlowConnectionsIT {

    private static final int CONNECTIONS = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(500);
    private static final String HALF_A_HEAD = "GET /token HTTP/1.1\r\nHost: local";

    @TempDir
    Path directory;

    @Test
    void connectionsWithoutARequestTimeOut() throws Exception {
        List<FloodPlan> plans = List.of(
                FloodPlan.of("silence", CONNECTIONS, 1, number -> Floods.finite()),
                FloodPlan.of("half a head", CONNECTIONS, 1, number -> Floods.finite(HALF_A_HEAD)),
                FloodPlan.of("heads byte by byte", CONNECTIONS, 1, number -> Floods.endless(HALF_A_HEAD, "x"))
                        .paced(BETWEEN_BYTES),
                FloodPlan.of("empty lines", CONNECTIONS, 1, number -> Floods.endless("", "\r\n"))
                        .paced(BETWEEN_BYTES));
        List<Flood> floods = new ArrayList<>();
        try (AttackScene scene = new AttackScene(SlowConnectionsIT.class, directory)) {
            var unused = scene.sidecar();
            for (ListenAddress address : Stream.concat(Stream.of(scene.management()), scene.inside().stream())
                    .toList()) {
                for (FloodPlan plan : plans) {
                    floods.add(Flood.begin(address, plan));
                }
            }
            scene.sidecar()
                    .await(
                            "connections that were closed",
                            TIMEOUT,
                            () -> floods.stream().allMatch(flood -> flood.opened() >= 2 * CONNECTIONS));

            assertThat(floods)
                    .allMatch(flood ->
                            flood.responses().isEmpty() || !flood.responses().containsKey("200"));
        } finally {
            for (Flood flood : floods) {
                flood.close();
            }
        }
    }
}

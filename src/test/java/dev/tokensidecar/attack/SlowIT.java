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

/** Connections on which nothing comes, or a little at a time: each ends by itself, at every door. */
@Timeout(180)
class SlowIT {

    private static final int EACH = 5;
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(500);
    private static final String HALF_A_HEAD = "GET /token HTTP/1.1\r\nHost: local";

    @TempDir
    Path directory;

    @Test
    void noConnectionIsOpenForEverWithoutARequest() throws Exception {
        List<Plan> plans = List.of(
                Plan.of("silence", EACH, 1, number -> Floods.finite()),
                Plan.of("half a head", EACH, 1, number -> Floods.finite(HALF_A_HEAD)),
                Plan.of("heads byte by byte", EACH, 1, number -> Floods.endless(HALF_A_HEAD, "x"))
                        .paced(BETWEEN_BYTES),
                Plan.of("empty lines", EACH, 1, number -> Floods.endless("", "\r\n"))
                        .paced(BETWEEN_BYTES));
        List<Flood> floods = new ArrayList<>();
        try (AttackScene scene = new AttackScene(SlowIT.class, directory)) {
            var unused = scene.sidecar();
            for (Door door : Stream.concat(Stream.of(scene.management()), scene.inside().stream())
                    .toList()) {
                for (Plan plan : plans) {
                    floods.add(Flood.begin(door, plan));
                }
            }
            scene.sidecar()
                    .await(
                            "connections that were closed",
                            LONGEST,
                            () -> floods.stream().allMatch(flood -> flood.opened() >= 2 * EACH));

            assertThat(floods)
                    .allMatch(flood ->
                            flood.answers().isEmpty() || !flood.answers().containsKey("200"));
        } finally {
            for (Flood flood : floods) {
                flood.close();
            }
        }
    }
}

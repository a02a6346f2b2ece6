package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The same floods from inside the pod: whatever they do, tokens are served as soon as they are over. */
@Timeout(600)
class InsideIT {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("attack.seconds", 1));
    private static final int DOORS = 4;

    @TempDir
    static Path directory;

    private static AttackScene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(InsideIT.class, directory);
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    /** Each flood at one door after the other in the long form; in the short one at one, so that each door has its share. */
    static Stream<Arguments> floods() {
        List<Plan> all = new Floods("/token").all();
        boolean everyDoor = TIME.toSeconds() > 1;
        return IntStream.range(0, all.size())
                .boxed()
                .flatMap(flood -> IntStream.range(0, everyDoor ? DOORS : 1)
                        .mapToObj(more -> Arguments.of(all.get(flood), (flood + more) % DOORS)));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void tokensAreServedAgainAtOnce(Plan flood, int number) throws Exception {
        Door door = scene.inside().get(number);

        Toll toll = Siege.lay(scene, door, flood, TIME);

        toll.assertBounded();
        toll.assertOverAtOnce();
        assertThat(toll.answers()).as("HTTP/2 or WebSocket").doesNotContainKeys(Attacker.OTHER, "101");
    }
}

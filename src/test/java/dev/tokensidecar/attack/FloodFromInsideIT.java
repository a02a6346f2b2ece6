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

/** The same floods from inside the pod. Whatever they do, the sidecar serves tokens as soon as they end. */
@Timeout(600)
class FloodFromInsideIT {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("attack.seconds", 1));
    private static final int ADDRESSES = 4;

    @TempDir
    static Path directory;

    private static AttackScene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(FloodFromInsideIT.class, directory);
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    /**
     * The long form runs each flood on every address; the short form on one, with the floods spread over the addresses.
     */
    static Stream<Arguments> floods() {
        List<FloodPlan> all = new Floods("/token").all();
        boolean everyAddress = TIME.toSeconds() > 1;
        return IntStream.range(0, all.size())
                .boxed()
                .flatMap(flood -> IntStream.range(0, everyAddress ? ADDRESSES : 1)
                        .mapToObj(more -> Arguments.of(all.get(flood), (flood + more) % ADDRESSES)));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void tokensAreServedAgainImmediately(FloodPlan flood, int number) throws Exception {
        ListenAddress address = scene.inside().get(number);

        FloodReport report = FloodRun.run(scene, address, flood, TIME);

        report.assertBounded();
        report.assertRecoversImmediately();
        assertThat(report.responses()).as("WebSocket").doesNotContainKey("101");
        if (!address.http2()) {
            assertThat(report.responses()).as("HTTP/2").doesNotContainKey(FloodConnection.OTHER);
        }
    }
}

package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SIGKILL at random moments and at the instants around each step of a save, under load. The server rotates strictly and
 * grants a second chance for ten seconds: then no crash may cost the session, whenever it comes.
 *
 * <p>{@code -Dkills=N} says how often, {@code -Dkill.seed=N} repeats the choices of an earlier run.
 */
class KillIT {

    private static final int KILLS = Integer.getInteger("kills", 24);
    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final int CALLERS = 4;

    @TempDir
    Path directory;

    private final RandomGenerator random = new Random(SEED);
    private final Map<Aim, Integer> kills = new EnumMap<>(Aim.class);
    private final List<Long> recoveries = new ArrayList<>();
    private Stage stage;
    private int secondChances;

    @BeforeEach
    void open() {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLife(Duration.ofSeconds(2))
                .grace(Duration.ofSeconds(10))
                .build();
        stage = new Stage(directory, Path.of("target", "KillIT.log"), options);
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "500ms");
        stage.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void noCrashCostsTheSession() throws Exception {
        for (int kill = 0; kill <= KILLS; kill++) {
            int presentedBefore = stage.server().presentedRefreshTokens().size();
            long start = System.nanoTime();
            try (SidecarProcess sidecar = stage.start()) {
                sidecar.awaitStarted();
                recoveries.add(System.nanoTime() - start);
                assertServed(sidecar);
                countSecondChance(presentedBefore);
                if (kill < KILLS) {
                    kill(sidecar, kill);
                }
            }
        }
        System.out.println(report());
        assertThat(stage.server().stats().reuseDetections()).isZero();
        assertThat(stage.server().stats().maxInFlight()).isEqualTo(1);
    }

    private void assertServed(SidecarProcess sidecar) {
        HttpResponse<String> answer = Stage.answer(stage.ask(sidecar.api("/token")));
        assertThat(answer.statusCode())
                .as("%s, see %s", report(), sidecar.log())
                .isEqualTo(200);
        assertThat(stage.works(answer.body())).as(report()).isTrue();
    }

    /** Whether the kill before fell between the rotation at the server and its save here. */
    private void countSecondChance(int presentedBefore) {
        List<String> presented = stage.server().presentedRefreshTokens();
        if (new HashSet<>(presented.subList(0, presentedBefore)).contains(presented.get(presentedBefore))) {
            secondChances++;
        }
    }

    private void kill(SidecarProcess sidecar, int number) {
        Aim[] aims = Aim.values();
        Aim aim = number % 3 == 0 ? Aim.ANY_TIME : aims[1 + random.nextInt(aims.length - 1)];
        try (Load load = new Load(stage, sidecar, CALLERS)) {
            aim.await(stage, sidecar, random);
            sidecar.kill();
            load.assertOnlyTokens();
        }
        kills.merge(aim, 1, Integer::sum);
        stage.server().faults().clear();
        stage.server().release();
    }

    private String report() {
        List<Long> sorted = recoveries.stream().sorted().toList();
        return "kills=%d by_aim=%s second_chances=%d sessions_lost=%d recovery_median_ms=%d recovery_max_ms=%d seed=%d"
                .formatted(
                        kills.values().stream().mapToInt(Integer::intValue).sum(),
                        kills,
                        secondChances,
                        stage.server().stats().reuseDetections(),
                        sorted.get(sorted.size() / 2) / 1_000_000,
                        sorted.getLast() / 1_000_000,
                        SEED);
    }
}

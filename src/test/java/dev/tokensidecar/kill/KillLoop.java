package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.process.SidecarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * SIGKILL at random moments and at the instants around each step of a save, under load, again and again. What each kill
 * may cost is judged by what the server was shown. A second chance that is granted for a while may pass where the machine
 * is busy with other things; a restart in half that time has to be in time.
 *
 * <p>{@code -Dkill.seed=N} repeats the choices of an earlier run.
 */
public final class KillLoop {

    /** What the sidecar needs to keep up with tokens of two seconds, and to start fast. */
    public static final Map<String, String> SETTINGS = Map.of(
            "SIDECAR_TOKEN_REFRESH_MIN_INTERVAL",
            "500ms",
            "JAVA_TOOL_OPTIONS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final int CALLERS = 4;

    /** By the process that was killed, and by the next one. */
    private static final int MOST_USES = 2;

    /** The newest refresh token, and the one before it. */
    private static final int MOST_PRESENTED = 2;

    /** Shorter than the pause with which a dead sidecar looks for a new refresh token, so it takes no time. */
    private static final Duration DEAD_AT_LEAST = Duration.ofSeconds(3);

    private static final int TRIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KillScenario scene;
    private final KillReport report;
    private final HttpClient client = HttpClient.newHttpClient();
    private final RandomGenerator random = new Random(SEED);

    /** A loop for one scene and one run. */
    public KillLoop(KillScenario scene) {
        this.scene = scene;
        this.report = new KillReport(scene.name(), SEED);
    }

    /** Kills a sidecar so many times, and starts it once more than that. */
    public void run(int kills) throws Exception {
        try (client) {
            Kill last = null;
            for (int kill = 0; kill <= kills; kill++) {
                int first = scene.presented().size();
                long start = System.nanoTime();
                try (SidecarProcess sidecar = scene.start()) {
                    boolean alive = sidecar.awaitTokenOrDeath();
                    judge(last, alive, Duration.ofNanos(System.nanoTime() - start), sidecar);
                    if (last != null && !alive) {
                        first = assertDeadUntilANewSession(last, sidecar);
                    }
                    assertServed(sidecar);
                    if (kill < kills) {
                        last = kill(sidecar, kill, first);
                    }
                }
            }
        } finally {
            report.write();
        }
        assertThat(report.notNow()).as("%s", report).isLessThan(report.answers() / 10);
    }

    /** How many sessions that has cost; all of them in the unavoidable window, and without a second chance in time. */
    public int sessionsLost() {
        return report.lostInWindow();
    }

    private void judge(@Nullable Kill kill, boolean alive, Duration after, SidecarProcess sidecar) {
        boolean window = kill != null && kill.inWindow(scene.presented());
        report.add(kill == null ? null : kill.aim(), window, alive, after);
        if (kill != null) {
            assertThat(kill.served())
                    .as("access tokens that were handed out, saved refresh tokens being the limit, window=%s", window)
                    .isLessThanOrEqualTo(window ? kill.rotations() - 1 : kill.rotations());
        }
        Duration secondChance = scene.secondChance();
        boolean inTime = after.compareTo(secondChance.dividedBy(2)) < 0;
        if (inTime || !window || secondChance.isZero()) {
            assertThat(alive)
                    .as("session alive, window=%s, %s, see %s", window, report, sidecar.log())
                    .isEqualTo(inTime || !window);
        }
    }

    /** A token of two seconds may be over before the server is asked about it, where the machine is busy. */
    private void assertServed(SidecarProcess sidecar) throws IOException, InterruptedException {
        boolean works = false;
        for (int attempt = 0; attempt < TRIES && !works; attempt++) {
            HttpResponse<String> answer = ask(sidecar);
            assertThat(answer.statusCode())
                    .as("%s, see %s", report, sidecar.log())
                    .isEqualTo(200);
            works = scene.works(answer.body());
        }
        assertThat(works).as("%s", report).isTrue();
    }

    /**
     * It is told, nothing is tried without end, and a new refresh token is all it takes. Tells how many refresh tokens
     * were presented before the new one.
     */
    private int assertDeadUntilANewSession(Kill kill, SidecarProcess sidecar) throws IOException, InterruptedException {
        List<String> presented = scene.presented();
        assertThat(kill.uses(presented)).isLessThanOrEqualTo(MOST_USES);
        assertThat(presented.size() - presented.lastIndexOf(kill.left())).isLessThanOrEqualTo(MOST_PRESENTED);
        sidecar.awaitNotReady();
        long end = System.nanoTime() + DEAD_AT_LEAST.toNanos();
        do {
            HttpResponse<String> answer = ask(sidecar);
            assertThat(answer.statusCode()).isEqualTo(410);
            assertThat(answer.body()).contains("reauthentication_required");
        } while (System.nanoTime() < end);

        String refreshToken = scene.newSession();
        sidecar.awaitStarted();
        assertThat(scene.presented().get(presented.size()).equals(refreshToken))
                .as("nothing was presented between the alarm and the new session")
                .isTrue();
        return presented.size();
    }

    /** @param first how many refresh tokens were presented before the first one that the process was served for */
    private Kill kill(SidecarProcess sidecar, int number, int first)
            throws IOException, InterruptedException, TimeoutException {
        KillPoint[] aims = KillPoint.values();
        KillPoint aim = number % 3 == 0 ? KillPoint.ANY_TIME : aims[1 + random.nextInt(aims.length - 1)];
        int served;
        try (TokenPollers load = new TokenPollers(client, request(sidecar), CALLERS)) {
            aim.await(scene, random);
            sidecar.kill();
            load.assertNobodyWasRefused();
            served = load.tokens();
            report.add(load);
        }
        var unused = sidecar.awaitExit();
        scene.settle();
        String left = new JsonObject(Files.readString(scene.stored())).getString("refresh_token");
        return new Kill(aim, left, scene.presented().size() - first, served);
    }

    private HttpResponse<String> ask(SidecarProcess sidecar) throws IOException, InterruptedException {
        return client.send(request(sidecar), BodyHandlers.ofString());
    }

    private static HttpRequest request(SidecarProcess sidecar) {
        return HttpRequest.newBuilder(sidecar.api("/token"))
                .header("Accept", "text/plain")
                .timeout(PATIENCE)
                .build();
    }
}

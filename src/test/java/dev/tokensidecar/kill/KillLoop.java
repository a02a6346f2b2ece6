package dev.tokensidecar.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.SidecarProcess;
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

/**
 * SIGKILL at random moments and at the instants around each step of a save, under load, again and again. What each kill
 * may cost is judged by what the server was shown: where the refresh token in the file is spent, its successor was lost
 * on the way, and no client can help that.
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

    /** The newest refresh token, and the one before it. */
    private static final int MOST_PRESENTED = 2;

    private static final int TRIES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final KillScene scene;
    private final KillReport report;
    private final HttpClient client = HttpClient.newHttpClient();
    private final RandomGenerator random = new Random(SEED);

    public KillLoop(KillScene scene) {
        this.scene = scene;
        this.report = new KillReport(scene.name(), SEED);
    }

    /** Kills a sidecar so many times, and starts it once more than that. */
    public void run(int kills) throws Exception {
        try (client) {
            boolean window = false;
            for (int kill = 0; kill <= kills; kill++) {
                int presented = scene.presented().size();
                long start = System.nanoTime();
                try (SidecarProcess sidecar = scene.start()) {
                    if (!goesOn(sidecar, start, window)) {
                        assertDeadUntilANewSession(sidecar, presented);
                    }
                    assertServed(sidecar);
                    if (kill < kills) {
                        window = kill(sidecar, kill);
                    }
                }
            }
        } finally {
            report.write();
        }
    }

    /** How many sessions that has cost; all of them in the unavoidable window. */
    public int sessionsLost() {
        return report.lostInWindow();
    }

    private boolean goesOn(SidecarProcess sidecar, long start, boolean window) throws InterruptedException {
        boolean alive = sidecar.awaitTokenOrDeath();
        if (alive) {
            report.recovered(window, Duration.ofNanos(System.nanoTime() - start));
        } else {
            report.lost(window);
        }
        assertThat(alive)
                .as("session alive, window=%s, %s, see %s", window, report, sidecar.log())
                .isEqualTo(scene.forgiving() || !window);
        return alive;
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

    /** It is told, nothing is tried without end, and a new refresh token is all it takes. */
    private void assertDeadUntilANewSession(SidecarProcess sidecar, int before)
            throws IOException, InterruptedException {
        List<String> presented =
                scene.presented().subList(before, scene.presented().size());
        assertThat(presented).hasSizeLessThanOrEqualTo(MOST_PRESENTED).doesNotHaveDuplicates();
        sidecar.awaitNotReady();
        HttpResponse<String> answer = ask(sidecar);
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.body()).contains("reauthentication_required");

        String refreshToken = scene.newSession();
        sidecar.awaitStarted();
        assertThat(scene.presented().get(before + presented.size()).equals(refreshToken))
                .as("nothing was presented between the alarm and the new session")
                .isTrue();
    }

    /** Tells whether the kill fell between the rotation at the server and its save here. */
    private boolean kill(SidecarProcess sidecar, int number)
            throws IOException, InterruptedException, TimeoutException {
        Aim[] aims = Aim.values();
        Aim aim = number % 3 == 0 ? Aim.ANY_TIME : aims[1 + random.nextInt(aims.length - 1)];
        try (Load load = new Load(client, request(sidecar), CALLERS)) {
            aim.await(scene, random);
            sidecar.kill();
            load.assertOnlyTokens();
        }
        var unused = sidecar.awaitExit();
        scene.settle();
        boolean window = scene.presented().contains(storedRefreshToken());
        report.killed(aim, window);
        return window;
    }

    private String storedRefreshToken() throws IOException {
        return new JsonObject(Files.readString(scene.stored())).getString("refresh_token");
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

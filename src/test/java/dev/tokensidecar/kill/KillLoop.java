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
 * Kills a sidecar under load, again and again: at random moments and around each step of a save. The refresh tokens that the
 * server received decide what a kill may cost. Some servers accept a replaced refresh token for a grace period, which can
 * end before the restart on a busy machine. A restart within half that period has to be in time.
 *
 * <p>{@code -Dkill.seed=N} repeats the choices of an earlier run.
 */
public final class KillLoop {

    /** Settings with which the sidecar keeps up with a lifetime of two seconds and starts fast. */
    public static final Map<String, String> SETTINGS = Map.of(
            "SIDECAR_TOKEN_REFRESH_MIN_INTERVAL",
            "500ms",
            "JAVA_TOOL_OPTIONS",
            "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

    private static final long SEED = Long.getLong("kill.seed", System.nanoTime());
    private static final int CALLERS = 4;

    /** One use by the killed process and one by the next. */
    private static final int MOST_USES = 2;

    /** The newest refresh token and the previous one. */
    private static final int MOST_PRESENTED = 2;

    /** How long the dead state is observed. Shorter than the probe interval, so the sidecar presents nothing in it. */
    private static final Duration DEAD_OBSERVATION = Duration.ofSeconds(3);

    private static final int ATTEMPTS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final KillScenario scenario;
    private final KillReport report;
    private final HttpClient client = HttpClient.newHttpClient();
    private final RandomGenerator random = new Random(SEED);

    /** Creates a loop for one scenario. */
    public KillLoop(KillScenario scenario) {
        this.scenario = scenario;
        this.report = new KillReport(scenario.name(), SEED);
    }

    /** Kills sidecars this many times; starts one more than that. */
    public void run(int kills) throws Exception {
        try (client) {
            Kill last = null;
            for (int kill = 0; kill <= kills; kill++) {
                int presentedBefore = scenario.presented().size();
                long start = System.nanoTime();
                try (SidecarProcess sidecar = scenario.start()) {
                    boolean alive = sidecar.awaitTokenOrDead();
                    assertOutcome(last, alive, Duration.ofNanos(System.nanoTime() - start), sidecar);
                    if (last != null && !alive) {
                        presentedBefore = assertDeadUntilNewSession(last, sidecar);
                    }
                    assertServed(sidecar);
                    if (kill < kills) {
                        last = kill(sidecar, kill, presentedBefore);
                    }
                }
            }
        } finally {
            report.write();
        }
        assertThat(report.unavailable()).as("%s", report).isLessThan(report.responses() / 10);
    }

    /** Returns how many sessions were lost: all in the unavoidable window, and after the grace period. */
    public int sessionsLost() {
        return report.lostInWindow();
    }

    private void assertOutcome(@Nullable Kill kill, boolean alive, Duration recovery, SidecarProcess sidecar) {
        boolean inWindow = kill != null && kill.inWindow(scenario.presented());
        report.add(kill == null ? null : kill.killPoint(), inWindow, alive, recovery);
        if (kill != null) {
            assertThat(kill.served())
                    .as("access tokens that were handed out, saved refresh tokens being the limit, window=%s", inWindow)
                    .isLessThanOrEqualTo(inWindow ? kill.rotations() - 1 : kill.rotations());
        }
        Duration gracePeriod = scenario.gracePeriod();
        boolean withinGrace = recovery.compareTo(gracePeriod.dividedBy(2)) < 0;
        if (withinGrace || !inWindow || gracePeriod.isZero()) {
            assertThat(alive)
                    .as("session alive, window=%s, %s, see %s", inWindow, report, sidecar.log())
                    .isEqualTo(withinGrace || !inWindow);
        }
    }

    /** Retries, because on a busy machine a token of two seconds may expire before the server checks it. */
    private void assertServed(SidecarProcess sidecar) throws IOException, InterruptedException {
        boolean accepts = false;
        for (int attempt = 0; attempt < ATTEMPTS && !accepts; attempt++) {
            HttpResponse<String> response = request(sidecar);
            assertThat(response.statusCode())
                    .as("%s, see %s", report, sidecar.log())
                    .isEqualTo(200);
            accepts = scenario.accepts(response.body());
        }
        assertThat(accepts).as("%s", report).isTrue();
    }

    /**
     * Asserts that the sidecar reports the dead session, presents nothing without a new refresh token, and recovers with
     * one.
     *
     * @return how many refresh tokens were presented before the new one
     */
    private int assertDeadUntilNewSession(Kill kill, SidecarProcess sidecar) throws IOException, InterruptedException {
        List<String> presented = scenario.presented();
        assertThat(kill.uses(presented)).isLessThanOrEqualTo(MOST_USES);
        assertThat(presented.size() - presented.lastIndexOf(kill.left())).isLessThanOrEqualTo(MOST_PRESENTED);
        sidecar.awaitNotReady();
        long end = System.nanoTime() + DEAD_OBSERVATION.toNanos();
        do {
            HttpResponse<String> response = request(sidecar);
            assertThat(response.statusCode()).isEqualTo(410);
            assertThat(response.body()).contains("reauthentication_required");
        } while (System.nanoTime() < end);

        String refreshToken = scenario.newSession();
        sidecar.awaitStarted();
        assertThat(scenario.presented().get(presented.size()).equals(refreshToken))
                .as("nothing was presented between the alarm and the new session")
                .isTrue();
        return presented.size();
    }

    /** @param presentedBefore how many refresh tokens had been presented before the first token of this process */
    private Kill kill(SidecarProcess sidecar, int number, int presentedBefore)
            throws IOException, InterruptedException, TimeoutException {
        KillPoint[] killPoints = KillPoint.values();
        KillPoint killPoint =
                number % 3 == 0 ? KillPoint.ANY_TIME : killPoints[1 + random.nextInt(killPoints.length - 1)];
        int served;
        try (TokenPollers callers = new TokenPollers(client, tokenRequest(sidecar), CALLERS)) {
            killPoint.await(scenario, random);
            sidecar.kill();
            callers.assertOnlyExpectedResponses();
            served = callers.tokens();
            report.add(callers);
        }
        var unused = sidecar.awaitExit();
        scenario.settle();
        String left = new JsonObject(Files.readString(scenario.storeFile())).getString("refresh_token");
        return new Kill(killPoint, left, scenario.presented().size() - presentedBefore, served);
    }

    private HttpResponse<String> request(SidecarProcess sidecar) throws IOException, InterruptedException {
        return client.send(tokenRequest(sidecar), BodyHandlers.ofString());
    }

    private static HttpRequest tokenRequest(SidecarProcess sidecar) {
        return HttpRequest.newBuilder(sidecar.api("/token"))
                .header("Accept", "text/plain")
                .timeout(TIMEOUT)
                .build();
    }
}

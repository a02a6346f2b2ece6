package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Stats;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A sidecar that meets the same fault twice: before it has its first token, and while callers live on one that is to be
 * renewed. Each time the fault ends, and nobody restarts anything.
 */
final class NetworkTrial implements AutoCloseable {

    private static final int CALLERS = 2;
    private static final int FAILURES = 2;
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Duration PROMPT = Duration.ofSeconds(2);

    private final SidecarTestBed testBed;

    /** Opens a server that forgives a lost answer, and a sidecar that gives up and tries again soon. */
    NetworkTrial(Path directory, Class<?> test) {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLife(LIFE)
                .grace(Duration.ofMinutes(10))
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", test.getSimpleName() + ".log"), options);
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "1s");
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "2s");
        testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "1s");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_INITIAL", "200ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
        // One thread for everybody, so that nothing may block it.
        testBed.set("QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE", "1");
        testBed.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    }

    SidecarTestBed testBed() {
        return testBed;
    }

    /** Names the token endpoint, by way of whatever fails. */
    void use(URI tokenEndpoint) {
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", tokenEndpoint.toString());
    }

    /** Runs it; the fault begins and ends as these say. */
    void run(Runnable begin, Runnable end, Symptom symptom) throws InterruptedException {
        begin.run();
        try (SidecarProcess sidecar = testBed.start()) {
            assertToldWithoutToken(sidecar, symptom);
            end.run();
            sidecar.awaitStarted();
            assertUnnoticedWithToken(sidecar, begin, end, symptom);
        }
        assertOneAtATime();
    }

    /** There was never more than one request at a time, and none of them cost the session. */
    void assertOneAtATime() {
        Stats stats = testBed.server().stats();
        assertThat(stats.maxInFlight()).isEqualTo(1);
        assertThat(stats.reuseDetections()).isZero();
    }

    /** The server got the two requests that brought a token, and none that was given up. */
    void assertNothingArrivedInVain() {
        assertThat(testBed.server().stats().tokenRequests()).isEqualTo(2);
    }

    /** Asks for a life that no token has any more; the usable token is the answer at the latest when the wait is over. */
    void renew(SidecarProcess sidecar) {
        HttpResponse<String> answer = testBed.get(sidecar.api("/token?min_ttl=" + LIFE.toSeconds()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Runs this while callers ask all the time, and get a token each time and at once. */
    void underLoad(SidecarProcess sidecar, Step step) throws InterruptedException {
        try (TokenConsumers load = new TokenConsumers(testBed, sidecar, CALLERS)) {
            step.run();
            load.assertOnlyTokens();
            assertThat(load.longest()).isLessThan(PROMPT);
        }
    }

    private void assertToldWithoutToken(SidecarProcess sidecar, Symptom symptom) throws InterruptedException {
        sidecar.awaitLog("error=" + symptom.error());
        assertThat(sidecar.log()).contains(symptom.detail());
        assertThat(outcome(sidecar.status())).isEqualTo(symptom.error());
        HttpResponse<String> answer = patientAnswer(sidecar);
        assertThat(answer.statusCode()).isEqualTo(symptom.status());
        assertThat(answer.body()).contains(symptom.problem());
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    /** Who comes while a request is under way may hear that the own wait is over, and asks again. */
    private HttpResponse<String> patientAnswer(SidecarProcess sidecar) {
        HttpResponse<String> answer = testBed.get(sidecar.api("/token"));
        for (int again = 0; again < 20 && answer.statusCode() == 504; again++) {
            answer = testBed.get(sidecar.api("/token"));
        }
        return answer;
    }

    private void assertUnnoticedWithToken(SidecarProcess sidecar, Runnable begin, Runnable end, Symptom symptom)
            throws InterruptedException {
        underLoad(sidecar, () -> {
            begin.run();
            renew(sidecar);
            sidecar.awaitStatus("failures in a row", status -> status.getInteger("failures_in_a_row") >= FAILURES);
            assertThat(outcome(sidecar.status())).isEqualTo(symptom.error());
            end.run();
            awaitGeneration(sidecar, 2);
        });
        HttpResponse<String> answer = SidecarTestBed.answer(testBed.ask(sidecar.api("/token")));
        assertThat(testBed.works(answer.body())).isTrue();
    }

    static void awaitGeneration(SidecarProcess sidecar, int generation) throws InterruptedException {
        sidecar.awaitStatus("generation " + generation, status -> status.getInteger("generation") >= generation);
    }

    private static String outcome(JsonObject status) {
        return status.getJsonObject("last_refresh").getString("outcome");
    }

    @Override
    public void close() {
        testBed.close();
    }

    /** What is done under load. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    /**
     * How a fault is told.
     *
     * @param error the word for it in log and status
     * @param detail the words for it in the log
     * @param status what a caller hears for whom there is no token
     * @param problem the word for that
     */
    record Symptom(String error, String detail, int status, String problem) {

        /** One that callers need not know more about. */
        static Symptom unavailable(String error, String detail) {
            return new Symptom(error, detail, 503, "temporarily_unavailable");
        }
    }
}

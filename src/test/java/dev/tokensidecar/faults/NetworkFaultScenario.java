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
 * Exposes a sidecar to the same fault twice: before its first token, and while callers use a token that is due for renewal.
 * Each time the fault ends, and the sidecar recovers without a restart.
 */
final class NetworkFaultScenario implements AutoCloseable {

    private static final int CALLERS = 2;
    private static final int FAILURES = 2;
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Duration PROMPT_RESPONSE = Duration.ofSeconds(2);

    private final SidecarTestBed testBed;

    /** Starts a server with a grace period; the sidecar has short timeouts and a short back-off. */
    NetworkFaultScenario(Path directory, Class<?> test) {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLifetime(LIFETIME)
                .grace(Duration.ofMinutes(10))
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", test.getSimpleName() + ".log"), options);
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "1s");
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "2s");
        testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "1s");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_INITIAL", "200ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
        // a single event loop, so that a blocked one would show
        testBed.set("QUARKUS_VERTX_EVENT_LOOPS_POOL_SIZE", "1");
        testBed.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    }

    SidecarTestBed testBed() {
        return testBed;
    }

    /** Sets the token endpoint, through the proxy or network that fails. */
    void useTokenEndpoint(URI tokenEndpoint) {
        testBed.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", tokenEndpoint.toString());
    }

    /** Runs the scenario; the two actions begin and end the fault. */
    void run(Runnable begin, Runnable end, Symptom symptom) throws InterruptedException {
        begin.run();
        try (SidecarProcess sidecar = testBed.start()) {
            assertReportedWithoutToken(sidecar, symptom);
            end.run();
            sidecar.awaitStarted();
            assertCallersUnaffected(sidecar, begin, end, symptom);
        }
        assertOneRequestAtATime();
    }

    /** Asserts that there was at most one request at a time and no reuse of a refresh token. */
    void assertOneRequestAtATime() {
        Stats stats = testBed.server().stats();
        assertThat(stats.maxInFlight()).isEqualTo(1);
        assertThat(stats.reuseDetections()).isZero();
    }

    /** Asserts that the server received only the two requests that returned a token. */
    void assertNoAbandonedRequestArrived() {
        assertThat(testBed.server().stats().tokenRequests()).isEqualTo(2);
    }

    /** Requests a longer lifetime than any token has. The caller gets the usable token at the latest when its wait ends. */
    void renew(SidecarProcess sidecar) {
        HttpResponse<String> response = testBed.get(sidecar.api("/token?min_ttl=" + LIFETIME.toSeconds()));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }

    /** Runs the step while callers request tokens all the time and get one promptly. */
    void underLoad(SidecarProcess sidecar, Step step) throws InterruptedException {
        try (TokenConsumers callers = new TokenConsumers(testBed, sidecar, CALLERS)) {
            step.run();
            callers.assertOnlyTokens();
            assertThat(callers.longest()).isLessThan(PROMPT_RESPONSE);
        }
    }

    private void assertReportedWithoutToken(SidecarProcess sidecar, Symptom symptom) throws InterruptedException {
        sidecar.awaitLog("error=" + symptom.error());
        assertThat(sidecar.log()).contains(symptom.detail()).doesNotContain("Mutiny");
        assertThat(outcome(sidecar.status())).isEqualTo(symptom.error());
        HttpResponse<String> response = responseAfterRetries(sidecar);
        assertThat(response.statusCode()).isEqualTo(symptom.status());
        assertThat(response.body()).contains(symptom.problem());
        assertThat(response.headers().firstValue("Retry-After")).isPresent();
    }

    /** Repeats the request of a caller whose wait ended before the refresh. */
    private HttpResponse<String> responseAfterRetries(SidecarProcess sidecar) {
        HttpResponse<String> response = testBed.get(sidecar.api("/token"));
        for (int again = 0; again < 20 && response.statusCode() == 504; again++) {
            response = testBed.get(sidecar.api("/token"));
        }
        return response;
    }

    private void assertCallersUnaffected(SidecarProcess sidecar, Runnable begin, Runnable end, Symptom symptom)
            throws InterruptedException {
        underLoad(sidecar, () -> {
            begin.run();
            renew(sidecar);
            sidecar.awaitStatus("failures in a row", status -> status.getInteger("failures_in_a_row") >= FAILURES);
            assertThat(outcome(sidecar.status())).isEqualTo(symptom.error());
            end.run();
            awaitGeneration(sidecar, 2);
        });
        HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(sidecar.api("/token")));
        assertThat(testBed.apiAccepts(response.body())).isTrue();
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

    /** A step that runs under load. */
    @FunctionalInterface
    interface Step {
        void run() throws InterruptedException;
    }

    /**
     * How the sidecar reports a fault.
     *
     * @param error the error word in log and status
     * @param detail the detail text in the log
     * @param status the HTTP status for a caller without a token
     * @param problem the error word for that caller
     */
    record Symptom(String error, String detail, int status, String problem) {

        /** A fault that callers see as temporary unavailability. */
        static Symptom unavailable(String error, String detail) {
            return new Symptom(error, detail, 503, "temporarily_unavailable");
        }
    }
}

package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Stats;
import dev.tokensidecar.testing.Load;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import io.vertx.core.json.JsonObject;
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
    /** More than any token has left: who asks so makes the sidecar renew it. */
    private static final String RENEWED = "/token?min_ttl=3600";

    private final Stage stage;

    /** Opens a server that forgives a lost answer, and a sidecar that gives up and tries again soon. */
    NetworkTrial(Path directory, Class<?> test) {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLife(Duration.ofMinutes(10))
                .grace(Duration.ofMinutes(10))
                .build();
        stage = new Stage(directory, Path.of("target", test.getSimpleName() + ".log"), options);
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "1s");
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "2s");
        stage.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "1s");
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        stage.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_INITIAL", "200ms");
        stage.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
        stage.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    }

    Stage stage() {
        return stage;
    }

    /** Runs it; the fault begins and ends as these say. */
    void run(Runnable begin, Runnable end, Symptom symptom) throws InterruptedException {
        begin.run();
        try (SidecarProcess sidecar = stage.start()) {
            assertToldWithoutToken(sidecar, symptom);
            end.run();
            sidecar.awaitStarted();
            assertUnnoticedWithToken(sidecar, begin, end, symptom);
        }
        Stats stats = stage.server().stats();
        assertThat(stats.maxInFlight()).isEqualTo(1);
        assertThat(stats.reuseDetections()).isZero();
    }

    private void assertToldWithoutToken(SidecarProcess sidecar, Symptom symptom) throws InterruptedException {
        sidecar.awaitLog("error=" + symptom.error());
        assertThat(sidecar.log()).contains(symptom.detail());
        assertThat(outcome(sidecar.status())).isEqualTo(symptom.error());
        HttpResponse<String> answer = patientAnswer(sidecar);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(symptom.status());
        assertThat(answer.body()).contains(symptom.problem());
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    /** Who comes while a request is under way may hear that the own wait is over, and asks again. */
    private HttpResponse<String> patientAnswer(SidecarProcess sidecar) {
        HttpResponse<String> answer = stage.get(sidecar.api("/token"));
        for (int again = 0; again < 20 && answer.statusCode() == 504; again++) {
            answer = stage.get(sidecar.api("/token"));
        }
        return answer;
    }

    private void assertUnnoticedWithToken(SidecarProcess sidecar, Runnable begin, Runnable end, Symptom symptom)
            throws InterruptedException {
        try (Load load = new Load(stage, sidecar, CALLERS)) {
            begin.run();
            assertThat(stage.get(sidecar.api(RENEWED)).statusCode()).isEqualTo(200);
            sidecar.awaitStatus("failures in a row", status -> status.getInteger("failures_in_a_row") >= FAILURES);
            assertThat(outcome(sidecar.status())).isEqualTo(symptom.error());
            end.run();
            sidecar.awaitStatus("a new token", status -> status.getInteger("generation") == 2);
            load.assertOnlyTokens();
        }
        HttpResponse<String> answer = Stage.answer(stage.ask(sidecar.api("/token")));
        assertThat(stage.works(answer.body())).isTrue();
    }

    private static String outcome(JsonObject status) {
        return status.getJsonObject("last_refresh").getString("outcome");
    }

    @Override
    public void close() {
        stage.close();
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

package dev.tokensidecar.telemetry;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.measurement.Scrape;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The meters in {@code /q/metrics}. */
@QuarkusTest
class MetricsTest extends SidecarTest {

    private static final String REQUESTS = "token_sidecar_requests_total";
    private static final String REFRESHES = "token_sidecar_refreshes_total";
    private static final String REJECTIONS = "token_sidecar_rejections_total";

    private Scrape scrape() {
        return Scrape.of(management);
    }

    private void report(String token, int status) {
        given().header("Authorization", "Bearer " + token)
                .post("/token/rejected")
                .then()
                .statusCode(status);
    }

    private static double increase(Scrape before, Scrape after, String name, Map<String, String> labels) {
        return after.value(name, labels) - before.value(name, labels);
    }

    @Test
    void servedRequestsAreCounted() {
        Scrape before = scrape();

        for (int i = 0; i < 3; i++) {
            given().get("/token").then().statusCode(200);
        }

        assertThat(increase(before, scrape(), REQUESTS, Map.of("outcome", "served")))
                .isEqualTo(3);
    }

    @Test
    void waitsAndCoalescedCallersAreCounted() {
        Scrape before = scrape();
        demo.server().faults().next(Fault.hold());
        expire();
        var callers = ask(10);
        awaitWaiters(10);
        assertThat(scrape().value("token_sidecar_waiters", Map.of())).isEqualTo(10);
        release();
        assertThat(responses(callers)).hasSize(10);

        Scrape after = scrape();
        assertThat(increase(before, after, REQUESTS, Map.of("outcome", "served_after_wait")))
                .isEqualTo(10);
        assertThat(increase(before, after, "token_sidecar_coalesced_total", Map.of()))
                .isBetween(9.0, 10.0);
        assertThat(increase(before, after, "token_sidecar_wait_seconds_count", Map.of()))
                .isEqualTo(10);
        assertThat(increase(before, after, "token_sidecar_refresh_seconds_count", Map.of()))
                .isEqualTo(1);
        assertThat(increase(before, after, REFRESHES, Map.of("reason", "expired", "outcome", "success")))
                .isEqualTo(1);
    }

    @Test
    void callersThatDisconnectAreCounted() {
        Scrape before = scrape();
        demo.server().faults().next(Fault.hold());
        expire();
        RawHttp caller = RawHttp.send(sidecar.getPort(), "GET /token HTTP/1.1", "Host: localhost");
        awaitWaiters(1);

        caller.close();

        await(() -> increase(before, scrape(), REQUESTS, Map.of("outcome", "cancelled")) == 1);
    }

    @Test
    void failuresAreCountedByTheirCode() {
        Scrape before = scrape();
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        expire();
        given().get("/token").then().statusCode(503);
        given().get("/token").then().statusCode(503);

        Scrape after = scrape();
        String code = "temporarily_unavailable";
        assertThat(increase(before, after, REQUESTS, Map.of("outcome", code))).isEqualTo(2);
        assertThat(increase(before, after, REFRESHES, Map.of("reason", "expired", "outcome", code)))
                .isEqualTo(1);
        assertThat(after.value("token_sidecar_state", Map.of("state", "backing_off")))
                .isEqualTo(1);
        assertThat(after.value("token_sidecar_state", Map.of("state", "idle"))).isZero();
        assertThat(after.value("token_sidecar_expires_in_seconds", Map.of())).isZero();
    }

    @Test
    void rejectionsAreCountedByOutcome() {
        Scrape before = scrape();
        String first = bareToken();
        report(first, 200);
        report(first, 200);
        report(bareToken(), 429);

        Scrape after = scrape();
        assertThat(increase(before, after, REJECTIONS, Map.of("outcome", "renewed")))
                .isEqualTo(1);
        assertThat(increase(before, after, REJECTIONS, Map.of("outcome", "stale")))
                .isEqualTo(1);
        assertThat(increase(before, after, REJECTIONS, Map.of("outcome", "damped")))
                .isEqualTo(1);
        assertThat(increase(before, after, REFRESHES, Map.of("reason", "rejected", "outcome", "success")))
                .isEqualTo(1);
    }

    @Test
    void gaugesShowTheStateOfTheToken() {
        Scrape now = scrape();

        assertThat(now.value("token_sidecar_state", Map.of("state", "idle"))).isEqualTo(1);
        assertThat(now.value("token_sidecar_expires_in_seconds", Map.of())).isBetween(280.0, 300.0);
        assertThat(now.value("token_sidecar_generation", Map.of()))
                .isEqualTo((double) service.status().generation());
        assertThat(now.value("token_sidecar_refresh_token_persisted", Map.of())).isEqualTo(1);
        assertThat(now.value("token_sidecar_last_success_timestamp_seconds", Map.of()))
                .isCloseTo(time.now().instant().toEpochMilli() / 1e3, within(20.0));
        assertThat(now.value("token_sidecar_waiters", Map.of())).isZero();
        assertThat(now.value("token_sidecar_token_file_up_to_date", Map.of()))
                .as("no file is configured")
                .isEqualTo(1);
    }
}

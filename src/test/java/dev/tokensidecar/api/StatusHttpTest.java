package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code GET /status} in the states of a token. */
@QuarkusTest
class StatusHttpTest extends SidecarTest {

    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,3})?Z";

    private Map<String, Object> status() {
        Response response = given().get("/status");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        List<Map<String, Object>> tokens = response.jsonPath().getList("tokens");
        assertThat(tokens).hasSize(1);
        return tokens.getFirst();
    }

    @Test
    void showsEverythingButTheToken() throws IOException {
        String rotated = Files.readString(demo.rotated());
        String body = given().get("/status").asString();
        Map<String, Object> token = status();

        assertThat(token.keySet())
                .hasToString("[name, state, freshness, generation, origin, expires_at, next_refresh_at, last_refresh,"
                        + " last_success_at, failures_in_a_row, last_error, retry_at, next_look_at, waiters,"
                        + " claimed_by, refresh_token, login, server_verification]");
        assertThat(token)
                .containsEntry("name", "default")
                .containsEntry("state", "idle")
                .containsEntry("freshness", "fresh")
                .containsEntry("generation", (int) service.status().generation())
                .containsEntry("failures_in_a_row", 0)
                .containsEntry("origin", "own")
                .containsEntry("last_error", null)
                .containsEntry("retry_at", null)
                .containsEntry("next_look_at", null)
                .containsEntry("waiters", 0)
                .containsEntry("claimed_by", null)
                .containsEntry("login", null)
                .containsEntry("server_verification", "none");
        assertThat(body).doesNotContain(bareToken());
        assertThat(demo.server().presentedRefreshTokens()).noneMatch(body::contains);
        assertThat(rotated).isNotBlank();
    }

    @Test
    @SuppressWarnings("unchecked")
    void showsTheLastRefreshAndTheRefreshToken() {
        expire();
        given().get("/token").then().statusCode(200);

        Map<String, Object> token = status();
        Map<String, Object> last = (Map<String, Object>) requireNonNull(token.get("last_refresh"));
        Map<String, Object> refreshToken = (Map<String, Object>) requireNonNull(token.get("refresh_token"));

        assertThat(last.keySet()).hasToString("[at, reason, outcome, duration_ms]");
        assertThat(last).containsEntry("reason", "expired").containsEntry("outcome", "success");
        assertThat(last.get("at")).asString().matches(TIME);
        assertThat(refreshToken.keySet())
                .hasToString("[present, rotated_at, persisted, expires_at, store_problem, store_cure]");
        assertThat(refreshToken)
                .containsEntry("present", true)
                .containsEntry("persisted", true)
                .containsEntry("store_problem", null)
                .containsEntry("store_cure", null)
                .containsEntry("expires_at", null);
        assertThat(refreshToken.get("rotated_at")).asString().matches(TIME);
    }

    @Test
    void plansTheNextRefreshBeforeExpiry() {
        Map<String, Object> token = status();

        Instant end = Instant.parse((String) token.get("expires_at"));
        Instant next = Instant.parse((String) token.get("next_refresh_at"));
        assertThat(Duration.between(next, end)).isBetween(ofSeconds(59), ofSeconds(61));
    }

    @Test
    void countsWaiters() {
        demo.server().faults().next(Fault.hold());
        expire();
        var callers = ask(7);
        awaitWaiters(7);

        assertThat(status())
                .containsEntry("state", "refreshing")
                .containsEntry("freshness", "expired")
                .containsEntry("waiters", 7)
                .containsEntry("next_refresh_at", null);
        release();
        assertThat(responses(callers)).hasSize(7);
    }

    /** Without a name in the configuration it is that of the machine, which is the pod in Kubernetes. */
    @Test
    void namesTheProcessThatSendsARequest() {
        demo.server().faults().next(Fault.hold());
        expire();
        var callers = ask(1);
        awaitWaiters(1);
        demo.server().awaitHeld(1);

        assertThat(status()).containsEntry("claimed_by", System.getenv().getOrDefault("HOSTNAME", "localhost"));
        release();
        assertThat(responses(callers)).hasSize(1);
        assertThat(status()).containsEntry("claimed_by", null);
    }

    @Test
    void showsTheEndOfTheBackOff() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        expire();
        given().get("/token").then().statusCode(503);

        Map<String, Object> token = status();

        assertThat(token).containsEntry("state", "backing_off").containsEntry("failures_in_a_row", 1);
        Instant retry = Instant.parse((String) token.get("retry_at"));
        assertThat(Duration.between(time.now().instant(), retry)).isBetween(ofSeconds(50), ofSeconds(60));
    }
}

package dev.tokensidecar.telemetry;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** The probes in each state of a token; {@link BootTest} covers the state before the first token. */
@QuarkusTest
class HealthTest extends SidecarTest {

    private void assertProbes(int started, int ready) {
        assertThat(probe("started")).as("started").isEqualTo(started);
        assertThat(probe("ready")).as("ready").isEqualTo(ready);
        assertThat(probe("live")).as("live").isEqualTo(200);
    }

    private int probe(String name) {
        return given().get(management.resolve("/q/health/" + name)).statusCode();
    }

    @Test
    void readyWithAToken() {
        assertProbes(200, 200);
    }

    @Test
    void readyWhileTheTokenIsValidAndRefreshesFail() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        time.advance(ofSeconds(250));
        given().get("/token").then().statusCode(200);
        await(() -> service.status().failuresInARow() == 1);

        assertProbes(200, 200);
    }

    @Test
    void notReadyWithoutAUsableToken() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        expire();
        given().get("/token").then().statusCode(503);

        assertProbes(200, 503);
        given().get(management.resolve("/q/health/ready"))
                .then()
                .body("checks[0].name", is("usable token: default"))
                .body("checks[0].data.state", is("backing_off"))
                .body("checks[0].data.failures_in_a_row", is(1));
    }

    @Test
    void readyWithAnInvalidRefreshTokenUntilTheAccessTokenExpires() {
        demo.server().faults().always(Fault.error(400, "invalid_grant"));
        time.advance(ofSeconds(250));
        given().get("/token").then().statusCode(200);
        await(() -> service.status().failuresInARow() > 0);
        assertProbes(200, 200);

        expire();
        assertProbes(200, 503);
    }
}

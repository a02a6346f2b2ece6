package dev.tokensidecar.telemetry;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofMinutes;
import static org.hamcrest.Matchers.is;

import dev.tokensidecar.testing.quarkus.DemoServer;
import dev.tokensidecar.testing.quarkus.DemoServerResource;
import dev.tokensidecar.testing.time.MovableTime;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A start while the authorization server is unavailable. */
@QuarkusTest
@TestProfile(BootTest.FreshStart.class)
@WithTestResource(DemoServerResource.class)
@SuppressWarnings("NullAway.Init")
class BootTest {

    /** A profile of its own, so that no other test has used this application before. */
    public static final class FreshStart implements QuarkusTestProfile {}

    DemoServer demo;

    @Inject
    MovableTime time;

    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Test
    @DisplayName("The sidecar starts while the authorization server is down, and recovers without a restart: not ready"
            + " until then (R48)")
    void startsNotReadyAndRecoversWithoutARestart() {
        given().get("/token").then().statusCode(503).body("error", is("temporarily_unavailable"));
        expect("started", 503);
        expect("ready", 503);
        expect("live", 200);
        given().get("/status").then().body("tokens[0].freshness", is("none")).body("tokens[0].generation", is(0));

        demo.server().faults().clear();
        time.advance(ofMinutes(6));

        given().get("/token").then().statusCode(200);
        expect("started", 200);
        expect("ready", 200);
    }

    private void expect(String probe, int status) {
        given().get(management.resolve("/q/health/" + probe)).then().statusCode(status);
    }
}

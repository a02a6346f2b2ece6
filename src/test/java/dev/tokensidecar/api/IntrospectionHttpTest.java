package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.Test;

/** {@code POST /introspect} of a sidecar that has no issuer of tokens. */
@QuarkusTest
class IntrospectionHttpTest extends SidecarTest {

    @Test
    void withoutAnIssuerTheErrorSaysWhatToSet() {
        Response response = given().formParam("token", "x").post("/introspect");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.jsonPath().getString("error")).isEqualTo("not_found");
        assertThat(response.jsonPath().getString("error_description"))
                .isEqualTo("no issuer of tokens is configured: set sidecar.introspection.<name>.issuer");
    }

    @Test
    void onlyFormsAreRead() {
        assertThat(given().contentType("application/json")
                        .body("{\"token\":\"x\"}")
                        .post("/introspect")
                        .statusCode())
                .isEqualTo(415);
    }

    @Test
    void aTokenInAQueryIsNotRead() {
        Response response = given().get("/introspect?token=x");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.header("Allow")).isEqualTo("OPTIONS, POST");
    }

    @Test
    void nobodyElseMayAsk() {
        assertThat(given().header("Host", "evil.example")
                        .formParam("token", "x")
                        .post("/introspect")
                        .statusCode())
                .isEqualTo(403);
    }
}

package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /token} as an OAuth client library sees it (RFC 6749 sections 4.4 and 5). */
@QuarkusTest
class ClientCredentialsHttpTest extends SidecarTest {

    private static RequestSpecification client() {
        return given().auth().preemptive().basic("any-client", "any-secret");
    }

    private static Response grant(String scope) {
        return client().formParam("grant_type", "client_credentials")
                .formParam("scope", scope)
                .post("/token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/tokens/default"})
    void anyClientGetsTheCurrentToken(String path) {
        String token = bareToken();
        long before = demo.posts();

        Response response =
                client().formParam("grant_type", "client_credentials").post(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.header("Pragma")).isEqualTo("no-cache");
        response.then()
                .body("access_token", is(token))
                .body("token_type", is("Bearer"))
                .body("expires_in", allOf(greaterThan(290), lessThanOrEqualTo(300)))
                .body("scope", is("read write"));
        assertThat(demo.posts()).isEqualTo(before);
    }

    @Test
    void clientCredentialsAreIgnored() {
        given().formParam("grant_type", "client_credentials")
                .formParam("client_id", "another")
                .formParam("client_secret", "s3cret")
                .formParam("audience", "https://api.example.com")
                .post("/token")
                .then()
                .statusCode(200)
                .body("access_token", is(bareToken()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "read", "write read", " read  write "})
    void aScopeThatTheTokenHasIsGranted(String scope) {
        grant(scope).then().statusCode(200).body("access_token", is(bareToken()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "read admin", "READ"})
    void anotherScopeIsInvalid(String scope) {
        grant(scope).then().statusCode(400).body("error", is("invalid_scope"));
    }

    @ParameterizedTest
    @CsvSource({
        "refresh_token, unsupported_grant_type",
        "authorization_code, unsupported_grant_type",
        "urn:ietf:params:oauth:grant-type:device_code, unsupported_grant_type",
        "'', invalid_request",
    })
    void otherGrantsAreRejected(String grantType, String error) {
        client().formParam("grant_type", grantType)
                .post("/token")
                .then()
                .statusCode(400)
                .contentType("application/json")
                .body("error", is(error))
                .body("error_description", containsString("client_credentials"));
    }

    @Test
    void aRepeatedParameterIsRejected() {
        client().formParam("grant_type", "client_credentials", "client_credentials")
                .post("/token")
                .then()
                .statusCode(400)
                .body("error", is("invalid_request"));
    }

    @Test
    void onlyFormsAreAccepted() {
        given().contentType("application/json")
                .body("{\"grant_type\":\"client_credentials\"}")
                .post("/token")
                .then()
                .statusCode(400)
                .body("error", is("invalid_request"))
                .body("error_description", containsString("application/x-www-form-urlencoded"));
    }

    @Test
    void anUnknownTokenIsNotFound() {
        client().formParam("grant_type", "client_credentials")
                .post("/tokens/nobody")
                .then()
                .statusCode(404)
                .body("error", is("unknown_token"));
    }

    @Test
    void failuresOfTheAuthorizationServerAreReported() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(600)));
        expire();

        Response response =
                client().formParam("grant_type", "client_credentials").post("/token");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Integer.parseInt(response.header("Retry-After"))).isPositive();
        response.then().body("error", is("temporarily_unavailable"));
    }

    @Test
    void theGuardAppliesToo() {
        client().header("Origin", "http://evil.example")
                .formParam("grant_type", "client_credentials")
                .post("/token")
                .then()
                .statusCode(403);
    }
}

package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

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

    /** Authlib reads a number in it. */
    @Test
    void theResponseHasNoExpiresAt() {
        client().formParam("grant_type", "client_credentials")
                .post("/token")
                .then()
                .body("", not(hasKey("expires_at")));
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
                .statusCode(403)
                .body("error", is("forbidden"));
    }

    /** A library cannot read a problem (RFC 9457). */
    @ParameterizedTest
    @CsvSource({
        "/token, Origin, http://evil.example, application/x-www-form-urlencoded, a=b, 403, forbidden",
        "/tokens/default, X-Forwarded-For, 10.0.0.1, application/x-www-form-urlencoded, a=b, 403, forbidden",
        "/token, X-Any, any, application/x-www-form-urlencoded, a=%zz, 400, invalid_request",
        "/token, Accept, text/csv, application/x-www-form-urlencoded, a=b, 406, not_acceptable",
        "/tokens/nobody, X-Any, any, application/x-www-form-urlencoded, grant_type=client_credentials, 404, unknown_token",
    })
    void everyErrorHasTheFormOfRfc6749(
            String path, String header, String value, String type, String body, int status, String error) {
        expectError(given().header(header, value).contentType(type).body(body).post(path), status, error);
    }

    @Test
    void anUploadHasTheFormOfRfc6749Too() {
        expectError(given().multiPart("a", "b").post("/token"), 415, "unsupported_media_type");
    }

    private static void expectError(Response response, int status, String error) {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.jsonPath().getMap("")).containsOnlyKeys("error", "error_description");
        assertThat(response.jsonPath().getString("error")).isEqualTo(error);
    }

    /** Everybody else gets problems. */
    @ParameterizedTest
    @ValueSource(strings = {"/token/rejected", "/tokens/default/rejected", "/nowhere"})
    void everyOtherPathHasProblems(String path) {
        given().header("Origin", "http://evil.example")
                .post(path)
                .then()
                .statusCode(403)
                .contentType("application/problem+json");
    }
}

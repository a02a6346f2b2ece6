package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways to report that an API rejected a token. */
@QuarkusTest
class RejectionHttpTest extends SidecarTest {

    private static final String INVALID = "Bearer realm=\"api\", error=\"invalid_token\"";

    private Response report(String token) {
        return given().header("Authorization", "Bearer " + token).post("/token/rejected");
    }

    @Test
    void reportByHashGetsAnotherToken() throws Exception {
        String rejected = bareToken();
        long before = demo.posts();

        given().get("/token?rejected=" + Sha256.hex(rejected))
                .then()
                .statusCode(200)
                .body("access_token", not(rejected));
        assertThat(demo.posts()).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("A late report of a replaced token gets the current token without a refresh: over HTTP (R28)")
    void lateReportGetsTheCurrentToken() throws Exception {
        String replaced = bareToken();
        expire();
        String current = bareToken();
        long before = demo.posts();

        given().get("/token?rejected=" + Sha256.hex(replaced))
                .then()
                .statusCode(200)
                .body("access_token", is(current));
        report(replaced).then().statusCode(200).body("access_token", is(current));
        assertThat(demo.posts()).isEqualTo(before);
    }

    @Test
    void reportByHeaderGetsAnotherTokenAsJsonOrText() {
        String rejected = bareToken();

        Response json = report(rejected);
        json.then().statusCode(200).header("Cache-Control", "no-store").body("access_token", not(rejected));
        String text = given().accept("text/plain")
                .header("Authorization", "bearer " + rejected)
                .post("/token/rejected")
                .asString();

        assertThat(text).isEqualTo(json.jsonPath().getString("access_token"));
    }

    @Test
    void curableChallengeCausesARefresh() {
        String rejected = bareToken();

        given().header("Authorization", "Bearer " + rejected)
                .formParam("www_authenticate", INVALID)
                .post("/token/rejected")
                .then()
                .statusCode(200)
                .body("access_token", not(rejected));
    }

    @ParameterizedTest
    @DisplayName("A report with insufficient_scope never causes a refresh: the same with other errors that no refresh"
            + " cures (R32)")
    @ValueSource(strings = {"insufficient_scope", "insufficient_user_authentication", "use_dpop_nonce"})
    void incurableChallengeNeverCausesARefresh(String error) {
        String rejected = bareToken();
        long before = demo.posts();

        given().header("Authorization", "Bearer " + rejected)
                .formParam("www_authenticate", "Bearer realm=\"error=x\", error=\"" + error + "\", scope=\"admin\"")
                .post("/token/rejected")
                .then()
                .statusCode(200)
                .body("access_token", is(rejected));
        assertThat(demo.posts()).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none", "''", "Bearer", "'Bearer '", "Basic ZGVtbzpkZW1v", "DPoP abc", "'Bearer a b'"})
    void reportWithoutATokenIsRejected(String authorization) {
        var request = given();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }

        request.post("/token/rejected").then().statusCode(400).body("error", is("invalid_request"));
    }

    @Test
    void bodyOfAnotherKindIsIgnored() {
        String rejected = bareToken();

        given().header("Authorization", "Bearer " + rejected)
                .contentType("application/json")
                .body("{\"www_authenticate\":\"x\"}")
                .post("/token/rejected")
                .then()
                .statusCode(200)
                .body("access_token", not(rejected));
    }

    @Test
    @DisplayName("Thirty reports of the current token cause one token request, and no reporter gets the rejected token"
            + " back: over HTTP (R29)")
    void reportsOfTheCurrentTokenShareOneRefresh() throws Exception {
        String rejected = bareToken();
        long before = demo.posts();
        demo.server().faults().next(Fault.hold());

        var callers = ask(30, "/token?rejected=" + Sha256.hex(rejected));
        awaitWaiters(30);
        release();

        assertThat(responses(callers))
                .allMatch(it -> it.statusCode() == 200)
                .noneMatch(it -> it.body().contains(rejected));
        assertThat(demo.posts()).isEqualTo(before + 1);
    }

    @Test
    @DisplayName("A storm of reports of a new token is damped: over HTTP (R31)")
    void tokenThatWasJustRefreshedIsNotRefreshedAgain() {
        String second = report(bareToken()).jsonPath().getString("access_token");
        long before = demo.posts();

        for (int i = 0; i < 50; i++) {
            report(second).then().statusCode(429);
        }
        assertThat(demo.posts()).isEqualTo(before);
        time.advance(ofSeconds(61));
        report(second).then().statusCode(200).body("access_token", not(second));
    }
}

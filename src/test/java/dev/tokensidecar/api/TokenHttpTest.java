package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /token} as {@code docs/http-api.md} promises it. */
@QuarkusTest
class TokenHttpTest extends SidecarTest {

    @Test
    void jsonHasTheFieldsOfRfc6749InOrder() {
        Response response = given().get("/token");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.jsonPath().getMap("$").keySet())
                .hasToString("[access_token, token_type, expires_in, expires_at, scope, generation]");
        response.then()
                .body("access_token", is(bareToken()))
                .body("token_type", is("Bearer"))
                .body("expires_in", allOf(greaterThan(290), lessThanOrEqualTo(300)))
                .body("scope", is("read write"))
                .body("generation", is((int) service.status().generation()));
    }

    @Test
    void lifetimeIsTheRemainingOne() {
        time.advance(ofSeconds(100));

        JsonPath token = given().get("/token").jsonPath();

        assertThat(token.getInt("expires_in")).isBetween(190, 200);
        assertThat(token.getString("expires_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        Duration left = Duration.between(time.now().instant(), Instant.parse(token.getString("expires_at")));
        assertThat(left).isBetween(ofSeconds(190), ofSeconds(200));
    }

    @Test
    void scopeThatTheServerDidNotNameIsLeftOut() {
        demo.server().faults().next(Fault.without("scope"));
        expire();

        assertThat(given().get("/token").jsonPath().getMap("$")).doesNotContainKey("scope");
    }

    @Test
    void textIsTheBareTokenAndNothingElse() {
        Response response = given().accept("text/plain").get("/token");

        assertThat(response.contentType()).startsWith("text/plain");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.asString())
                .isEqualTo(given().get("/token").jsonPath().getString("access_token"))
                .matches("[A-Za-z0-9_-]+");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "application/json", "application/*", "text/html, */*;q=0.1"})
    void jsonIsThePreferredMediaType(String accept) {
        given().accept(accept).get("/token").then().statusCode(200).contentType("application/json");
    }

    @Test
    @DisplayName("A fresh token is served without a token request: over HTTP (R01)")
    void freshTokenIsServedWithoutATokenRequest() {
        long before = demo.posts();

        assertThat(List.of(bareToken(), bareToken(), bareToken())).containsOnly(bareToken());
        assertThat(demo.posts()).isEqualTo(before);
    }

    @Test
    @DisplayName("A due token is served immediately while one refresh runs in the background: over HTTP (R02)")
    void dueTokenIsServedWhileARefreshRuns() {
        String old = bareToken();
        long before = demo.posts();
        demo.server().faults().next(Fault.hold());
        time.advance(ofSeconds(250));

        assertThat(List.of(bareToken(), bareToken())).containsOnly(old);
        demo.server().awaitHeld(1);
        assertThat(demo.posts()).isEqualTo(before + 1);
        release();
        await(() -> !bareToken().equals(old));
    }

    @Test
    @DisplayName("A failed refresh ahead of expiry is invisible to callers while the token is usable: over HTTP (R12)")
    void failureIsInvisibleWhileTheTokenIsUsable() {
        String old = bareToken();
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        time.advance(ofSeconds(250));

        assertThat(bareToken()).isEqualTo(old);
        await(() -> service.status().failuresInARow() == 1);
        assertThat(bareToken()).isEqualTo(old);
    }

    @Test
    @DisplayName("A lifetime shorter than the refresh margin causes no busy loop: with min_ttl (R35)")
    void shortLifetimeIsRefreshedOncePerGeneration() {
        String old = bareToken();
        long before = demo.posts();
        time.advance(ofSeconds(200));

        given().get("/token?min_ttl=50").then().body("access_token", is(old));
        given().get("/token?min_ttl=200").then().body("expires_in", greaterThan(200));
        assertThat(demo.posts()).isEqualTo(before + 1);
    }

    @Test
    void lifetimesThatAreAlwaysTooShortCauseNoLoop() {
        long before = demo.posts();

        for (int i = 0; i < 5; i++) {
            given().get("/token?min_ttl=3600").then().statusCode(200).body("expires_in", lessThanOrEqualTo(300));
        }

        assertThat(demo.posts()).isEqualTo(before + 1);
    }

    @Test
    void waitOfZeroEndsImmediately() {
        demo.server().faults().next(Fault.hold());
        expire();

        given().header("Prefer", "wait=0")
                .get("/token")
                .then()
                .statusCode(504)
                .body("error", equalTo("deadline_exceeded"));
        demo.server().awaitHeld(1);
        given().header("Prefer", "respond-async, wait=0").get("/token").then().statusCode(504);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=soon", "wait", "wait=-1", "wait=1.5", "", "return=minimal", "wait=99999999999"})
    void malformedPreferenceIsIgnored(String prefer) {
        given().header("Prefer", prefer).get("/token").then().statusCode(200);
    }

    @Test
    void theDefaultTokenHasANameToo() {
        given().accept("text/plain")
                .get("/tokens/default")
                .then()
                .statusCode(200)
                .body(is(bareToken()));
    }

    @Test
    void openApiListsEveryPath() {
        Response response = given().get("/openapi?format=json");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.jsonPath().getMap("paths").keySet())
                .hasToString("[/.well-known/oauth-authorization-server, /.well-known/openid-configuration, /introspect,"
                        + " /status, /token, /token/rejected, /tokens/{name}, /tokens/{name}/rejected]");
        assertThat(parametersOf(response, "/token")).isNull();
        assertThat(parametersOf(response, "/tokens/{name}")).containsExactly("name");
        assertThat(parametersOf(response, "/tokens/{name}/rejected")).containsExactly("name");
        assertThat(response.jsonPath().getMap("components.schemas").keySet())
                .map(Object::toString)
                .contains("Token", "Problem", "Status");
    }

    private static @Nullable List<String> parametersOf(Response openApi, String path) {
        return openApi.jsonPath().getList("paths.'" + path + "'.parameters.name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/status", "/openapi", "/token/rejected"})
    void clusterSideHasNoToken(String path) {
        given().get(management.resolve(path)).then().statusCode(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/metrics", "/q/health", "/q/health/ready"})
    void applicationSideHasNoProbes(String path) {
        given().get(path).then().statusCode(404).body("error", is("not_found"));
    }
}

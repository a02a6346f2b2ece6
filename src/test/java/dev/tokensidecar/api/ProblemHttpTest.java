package dev.tokensidecar.api;

import static io.restassured.RestAssured.given;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.is;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.quarkus.DemoServerResource;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of the error table, caused by the fault that leads to it. */
@QuarkusTest
class ProblemHttpTest extends SidecarTest {

    private static void expect(Response response, ProblemKind kind) {
        assertThat(response.statusCode()).isEqualTo(kind.status);
        assertThat(response.contentType()).isEqualTo("application/problem+json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        Map<String, Object> body = response.jsonPath().getMap("$");
        assertThat(body.keySet()).hasToString("[type, title, status, detail, error, retryable, action]");
        assertThat(body)
                .containsEntry("type", "urn:token-sidecar:error:" + kind.error())
                .containsEntry("title", kind.title)
                .containsEntry("status", kind.status)
                .containsEntry("error", kind.error())
                .containsEntry("retryable", kind.retryable)
                .containsEntry("action", kind.action);
        assertThat(body.get("detail")).asString().isNotBlank();
    }

    private static void expectRetryAfter(Response response, int min, int max) {
        assertThat(Integer.parseInt(response.header("Retry-After"))).isBetween(min, max);
    }

    @Test
    @DisplayName("An outage fails all waiters once, and callers during the back-off fail without a token request: over"
            + " HTTP (R10)")
    void unavailable() {
        expectBackOff(503);
    }

    @Test
    @DisplayName("While the server throttles and no token is usable, callers get 503 with the remaining time: over"
            + " HTTP (R14)")
    void throttled() {
        expectBackOff(429);
    }

    private void expectBackOff(int status) {
        demo.server().faults().always(Fault.status(status).retryAfter(ofSeconds(60)));
        expire();

        Response first = given().get("/token");
        long posts = demo.posts();
        Response second = given().get("/token");

        expect(first, ProblemKind.TEMPORARILY_UNAVAILABLE);
        expectRetryAfter(first, 60, 60);
        expect(second, ProblemKind.TEMPORARILY_UNAVAILABLE);
        expectRetryAfter(second, 50, 60);
        assertThat(demo.posts()).as("fails fast").isEqualTo(posts);
    }

    @Test
    void unavailableAlsoInTextForm() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        expire();

        expect(given().accept("text/plain").get("/token"), ProblemKind.TEMPORARILY_UNAVAILABLE);
    }

    /** Quotes, line ends, another response, markup and a meter, in every field that a server controls. */
    @ParameterizedTest
    @ValueSource(strings = {"error", "error_description", "error_uri"})
    void hostileServerTextStaysInOneField(String field) {
        String hostile = "evil\",\"error\":\"evil\"}\r\n\r\nHTTP/1.1 200 OK\r\nX-Evil: evil\r\n"
                + "<script>evil</script> evil_total{token=\"evil\"} 1\n\u202e\u2028\\";
        JsonObject body =
                new JsonObject().put("error", "temporarily_unavailable").put(field, hostile);
        demo.server().faults().always(Fault.reply(503, "application/json", body.encode()));
        expire();

        Response problem = given().get("/token");
        JsonObject status = new JsonObject(given().get("/status").asString());
        JsonObject lastError = status.getJsonArray("tokens").getJsonObject(0).getJsonObject("last_error");
        String text = (String) lastError.remove("detail");

        expect(problem, ProblemKind.TEMPORARILY_UNAVAILABLE);
        for (String detail : List.of(problem.jsonPath().getString("detail"), text)) {
            assertThat(detail).doesNotContainPattern("[\\p{Cc}\\u202e\\u2028]");
        }
        assertThat(problem.headers().asList())
                .noneMatch(header -> header.toString().contains("evil"));
        assertThat(status.fieldNames()).containsExactly("tokens", "exchanges", "issuers", "forwards");
        assertThat(status.encode()).doesNotContain("evil");
        assertThat(given().get(management.resolve("/q/metrics")).asString()).doesNotContain("evil");
        assertThat(given().get(management.resolve("/q/health")).asString()).doesNotContain("evil");
    }

    @Test
    void resetIsUnavailable() {
        demo.server().faults().always(Fault.reset());
        expire();

        Response response = given().get("/token");

        expect(response, ProblemKind.TEMPORARILY_UNAVAILABLE);
        expectRetryAfter(response, 1, 30);
    }

    @Test
    void deadlineExceeded() {
        demo.server().faults().next(Fault.hold());
        expire();

        Response response = given().header("Prefer", "wait=1").get("/token");

        expect(response, ProblemKind.DEADLINE_EXCEEDED);
        expectRetryAfter(response, 1, 1);
    }

    @Test
    @DisplayName("The queue of waiters is bounded, and its counter returns to zero: over HTTP (R40)")
    void tooManyWaiters() {
        demo.server().faults().next(Fault.hold());
        expire();
        var waiting = ask(DemoServerResource.MAX_WAITERS);
        awaitWaiters(DemoServerResource.MAX_WAITERS);

        Response response = given().get("/token");
        release();

        expect(response, ProblemKind.TOO_MANY_WAITERS);
        expectRetryAfter(response, 1, 1);
        assertThat(responses(waiting)).allMatch(it -> it.statusCode() == 200);
        assertThat(service.status().waiters()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "text/html,<html>log in</html>",
        "application/json,{}",
        "application/json,{\"access_token\":",
        "text/plain,''"
    })
    void invalidResponse(String contentType, String body) {
        demo.server().faults().always(Fault.reply(200, contentType, body));
        expire();

        Response response = given().get("/token");

        expect(response, ProblemKind.INVALID_RESPONSE);
        expectRetryAfter(response, 1, 30);
    }

    @Test
    void rejectedAgain() throws Exception {
        String next = given().get("/token?rejected=" + Sha256.hex(bareToken()))
                .jsonPath()
                .getString("access_token");

        Response response = given().get("/token?rejected=" + Sha256.hex(next));

        expect(response, ProblemKind.REJECTED_AGAIN);
        expectRetryAfter(response, 50, 60);
    }

    @Test
    void rejectedAgainWhereTheServerRepeatsItself() throws Exception {
        demo.server().faults().next(Fault.sameAccessToken());

        expect(given().get("/token?rejected=" + Sha256.hex(bareToken())), ProblemKind.REJECTED_AGAIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type"})
    void configuration(String error) {
        demo.server().faults().always(Fault.error(400, error));
        expire();

        Response response = given().get("/token");

        expect(response, ProblemKind.CONFIGURATION);
        assertThat(response.jsonPath().getString("detail")).contains(error);
        assertThat(response.header("Retry-After")).isNull();
    }

    @Test
    void reauthenticationRequired() {
        demo.server().faults().always(Fault.error(400, "invalid_grant"));
        expire();

        Response response = given().get("/token");

        expect(response, ProblemKind.REAUTHENTICATION_REQUIRED);
        assertThat(response.header("Retry-After")).isNull();
        demo.server().faults().clear();
        await(() -> given().get("/token").statusCode() == 200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "min_ttl=soon",
                "min_ttl=-1",
                "min_ttl=1e3",
                "min_ttl=1.5",
                "min_ttl=9999999999",
                "rejected=abc",
                "rejected=E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855",
                "rejected=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555"
            })
    void invalidRequest(String query) {
        expect(given().get("/token?" + query), ProblemKind.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/status", "/openapi", "/nowhere"})
    void forbidden(String path) {
        expect(given().header("Origin", "http://evil.example").get(path), ProblemKind.FORBIDDEN);
        expect(given().header("X-Forwarded-For", "10.0.0.7").get(path), ProblemKind.FORBIDDEN);
    }

    @Test
    void unknownToken() {
        expect(given().get("/tokens/nobody"), ProblemKind.UNKNOWN_TOKEN);
        expect(given().header("Authorization", "Bearer t").post("/tokens/nobody/rejected"), ProblemKind.UNKNOWN_TOKEN);
    }

    @ParameterizedTest
    @CsvSource({"GET,/nowhere", "POST,/nowhere", "PUT,/token/nowhere", "DELETE,/", "PATCH,/tokens", "GET,/q/dev"})
    void unknownPath(String method, String path) {
        var request = method.equals("GET")
                ? given()
                : given().contentType("application/json").body("{\"a\":1}");

        expect(request.request(method, path), ProblemKind.NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT,/token,GET",
        "PUT,/token,POST",
        "DELETE,/token,GET",
        "PATCH,/token,GET",
        "GET,/token/rejected,POST",
        "PUT,/token/rejected,POST",
        "POST,/status,GET",
        "DELETE,/status,GET"
    })
    void unknownMethod(String method, String path, String allowed) {
        var request = method.equals("GET")
                ? given()
                : given().contentType("application/json").body("{\"a\":1}");

        Response response = request.request(method, path);

        expect(response, ProblemKind.METHOD_NOT_ALLOWED);
        assertThat(response.header("Allow")).contains(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/status"})
    void notAcceptable(String path) {
        expect(given().accept("application/xml").get(path), ProblemKind.NOT_ACCEPTABLE);
    }

    @Test
    void headHasNoBody() {
        given().head("/token")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body(emptyString());
    }

    @Test
    void optionsListsTheMethods() {
        Response response = given().options("/token");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.header("Allow")).contains("GET");
    }

    @Test
    void oversizedBodyIsRejected() {
        given().contentType("application/x-www-form-urlencoded")
                .header("Authorization", "Bearer x")
                .body("www_authenticate=" + "x".repeat(65 * 1024))
                .post("/token/rejected")
                .then()
                .statusCode(413);
    }

    /** A token with the groups of a user may be that long. */
    @Test
    void aLongTokenCanBeReported() {
        given().header("Authorization", "Bearer " + "x".repeat(60 * 1024))
                .post("/token/rejected")
                .then()
                .statusCode(200);
    }

    @Test
    void oversizedHeadersAreRejected() {
        var reply = raw("GET /token HTTP/1.1", "Host: localhost", "X-Padding: " + "x".repeat(65 * 1024));

        assertThat(reply.status()).isEqualTo(431);
    }

    @Test
    void oldProtocolWithoutHostIsForbidden() {
        var reply = raw("GET /token HTTP/1.0");

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.head()).contains("content-type: application/problem+json", "cache-control: no-store");
    }

    @Test
    void oldProtocolWithHostIsServed() {
        assertThat(raw("GET /token HTTP/1.0", "Host: localhost").status()).isEqualTo(200);
    }

    @Test
    void nonsenseIsABadRequest() {
        assertThat(raw("NONSENSE").status()).isEqualTo(400);
        assertThat(raw("GET /token HTTP/1.1", "Connection: close").status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/q/metrics?x=%zz", "/q/metrics%zz", "/q/health/live?%", "/q/health/%zz"})
    void thePathsOfProbesAreNotDecodedEither(String target) {
        try (RawHttp connection = RawHttp.open(management.getPort())
                .send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")) {
            expectMalformed(connection.readUntilClosed());
        }
    }

    private static void expectMalformed(RawHttp.Response reply) {
        expectMalformed(reply, "application/problem+json");
    }

    private static void expectMalformed(RawHttp.Response reply, String mediaType) {
        assertThat(reply.status()).as(reply.body()).isEqualTo(400);
        assertThat(reply.head()).contains("content-type: " + mediaType);
        assertThat(new JsonObject(reply.body()).getString("error")).isEqualTo("invalid_request");
        assertThat(reply.body()).doesNotContain("%zz");
    }

    @ParameterizedTest
    @CsvSource({
        "/token, application/json;charset=utf-8",
        "/tokens/default, application/json;charset=utf-8",
        "/token/rejected, application/problem+json",
    })
    void aFormWithAPercentSignThatBeginsNoEscapeIsABadRequest(String path, String mediaType) {
        try (LogCapture log = LogCapture.of("")) {
            RawHttp.Response reply = raw(
                    "POST " + path + " HTTP/1.1",
                    "Host: localhost",
                    "Connection: close",
                    "Content-Type: Application/x-www-form-urlencoded; charset=utf-8",
                    "Content-Length: 22",
                    "",
                    "client_secret=s3cret%z");
            expectMalformed(reply, mediaType);
            assertThat(log.lines()).noneMatch(line -> line.contains("s3cret"));
        }
    }

    @Test
    void repeatedHostIsForbidden() {
        var reply = raw("GET /token HTTP/1.1", "Host: localhost", "Host: evil.example", "Connection: close");

        assertThat(reply.status()).isEqualTo(403);
    }

    @Test
    void absoluteRequestTargetIsForbidden() {
        var reply = raw("GET http://evil.example/token HTTP/1.1", "Host: localhost", "Connection: close");

        assertThat(reply.status()).isEqualTo(403);
    }

    @Test
    void statusIsServedDuringFailures() {
        demo.server().faults().always(Fault.status(503).retryAfter(ofSeconds(60)));
        expire();
        given().get("/token").then().statusCode(503);

        given().get("/status").then().statusCode(200).body("tokens[0].state", is("backing_off"));
    }

    private RawHttp.Response raw(String... lines) {
        try (RawHttp connection = RawHttp.send(sidecar.getPort(), lines)) {
            return connection.readUntilClosed();
        }
    }
}

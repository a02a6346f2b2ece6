package dev.tokensidecar.demo;

import static dev.tokensidecar.demo.DemoClient.join;
import static dev.tokensidecar.demo.DemoClient.json;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FaultTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final DemoAuthorizationServer server = DemoAuthorizationServer.start(
            VERTX, DemoOptions.builder().clock(now::get).build());
    private final DemoClient client = new DemoClient(server);

    @AfterEach
    void close() {
        server.close();
    }

    @AfterAll
    static void closeVertx() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    static List<Arguments> replies() {
        return List.of(
                Arguments.of(Fault.status(429).retryAfter(ofSeconds(7)), 429, "Retry-After", "7"),
                Arguments.of(
                        Fault.status(503).retryAfter(START.plusSeconds(60)),
                        503,
                        "Retry-After",
                        "Thu, 1 Jan 2026 00:01:00 GMT"),
                Arguments.of(Fault.status(502), 502, "Content-Type", "text/html"),
                Arguments.of(Fault.garbage(), 200, "Content-Type", "text/html"),
                Arguments.of(Fault.empty(400), 400, "Content-Length", "0"),
                Arguments.of(Fault.redirect("http://localhost:1/x"), 307, "Location", "http://localhost:1/x"),
                Arguments.of(Fault.error(403, "invalid_grant"), 403, "Content-Type", "application/json"),
                Arguments.of(Fault.error(200, "bad_refresh_token"), 200, "Content-Type", "application/json"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void replyReplacesTheResponseOnce(Fault fault, int status, String header, String value) throws IOException {
        String first = server.newSession();
        server.faults().next(fault);

        HttpResponse<String> faulty = client.refresh(first);

        assertThat(faulty.statusCode()).isEqualTo(status);
        assertThat(faulty.headers().firstValue(header)).hasValue(value);
        assertThat(client.refresh(first).statusCode())
                .as("nothing was processed")
                .isEqualTo(200);
    }

    @Test
    void errorsHaveTheirCode() throws IOException {
        server.faults().next(Fault.error(403, "invalid_grant"));

        assertThat(client.clientCredentials().body()).isEqualTo("{\"error\":\"invalid_grant\"}");
    }

    @Test
    void echoRepeatsThePresentedRefreshToken() throws IOException {
        String first = server.newSession();
        server.faults().next(Fault.echo(400, "invalid_grant"));

        assertThat(client.refresh(first).body()).contains(first).contains("invalid_grant");
    }

    @Test
    void processedRequestLosesItsReply() throws IOException {
        String first = server.newSession();
        server.faults().next(Fault.status(504).afterProcessing());

        assertThat(client.refresh(first).statusCode()).isEqualTo(504);
        assertThat(json(client.refresh(first)).getString("error")).isEqualTo("invalid_grant");
        assertThat(server.stats().reuseDetections()).isEqualTo(1);
    }

    @Test
    void resetIsATcpReset() throws IOException {
        String first = server.newSession();
        server.faults().next(Fault.reset());

        assertThatThrownBy(() -> client.rawRefresh(first))
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
        assertThat(server.requests().getFirst().status()).isNull();
    }

    @Test
    void resetCanFollowProcessing() throws IOException {
        String first = server.newSession();
        server.faults().next(Fault.reset().afterProcessing());

        assertThatThrownBy(() -> client.rawRefresh(first)).isInstanceOf(SocketException.class);
        assertThat(client.refresh(first).statusCode()).isEqualTo(400);
    }

    @Test
    void truncatedResponseStopsHalfWay() throws IOException {
        server.faults().next(Fault.truncated());

        String response = client.rawRefresh(server.newSession());

        assertThat(response)
                .startsWith("HTTP/1.1 200 OK")
                .contains("\r\n\r\n{\"")
                .doesNotContain("}");
        assertThat(server.stats().errors()).isEqualTo(1);
    }

    @Test
    void oversizedResponseIsOtherwiseValid() throws IOException {
        server.faults().next(Fault.oversized());

        HttpResponse<String> response = client.clientCredentials();

        assertThat(response.body()).hasSizeGreaterThan(1024 * 1024);
        assertThat(json(response).getString("access_token")).isNotEmpty();
    }

    static List<Arguments> changes() {
        return List.of(
                Arguments.of(Fault.expiresIn("30"), "expires_in", "30"),
                Arguments.of(Fault.expiresIn(29.5), "expires_in", 29.5),
                Arguments.of(Fault.expiresIn(30_000), "expires_in", 30_000),
                Arguments.of(Fault.expiresIn(0), "expires_in", 0),
                Arguments.of(Fault.expiresIn(-1), "expires_in", -1),
                Arguments.of(Fault.expiresIn(99_999_999_999L), "expires_in", 99_999_999_999L),
                Arguments.of(Fault.without("expires_in"), "expires_in", null),
                Arguments.of(Fault.absoluteExpiry("expires_at"), "expires_in", null),
                Arguments.of(Fault.absoluteExpiry("expires_at"), "expires_at", (int)
                        START.plusSeconds(30).getEpochSecond()),
                Arguments.of(Fault.absoluteExpiry("expires_in"), "expires_in", (int)
                        START.plusSeconds(30).getEpochSecond()),
                Arguments.of(Fault.with("token_type", "mac"), "token_type", "mac"),
                Arguments.of(Fault.without("access_token"), "access_token", null));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void oneFieldOfTheResponseIsChanged(Fault fault, String field, Object value) throws IOException {
        server.faults().next(fault);

        JsonObject response = json(client.refresh(server.newSession()));

        assertThat(response.getValue(field)).isEqualTo(value);
        assertThat(response.getString("refresh_token")).isNotEmpty();
    }

    static List<Arguments> withoutANewRefreshToken() {
        return List.of(
                Arguments.of(Fault.without("refresh_token"), null), Arguments.of(Fault.with("refresh_token", ""), ""));
    }

    @ParameterizedTest
    @MethodSource("withoutANewRefreshToken")
    void serverThatReturnsNoRefreshTokenKeepsTheOldOne(Fault fault, String value) throws IOException {
        String first = server.newSession();
        server.faults().next(fault);

        assertThat(json(client.refresh(first)).getString("refresh_token")).isEqualTo(value);
        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
    }

    @Test
    void sameAccessTokenIsReturnedWithItsRemainingLifetime() throws IOException {
        JsonObject granted = json(client.refresh(server.newSession()));
        now.set(START.plusSeconds(10));
        server.faults().next(Fault.sameAccessToken());

        JsonObject again = json(client.refresh(granted.getString("refresh_token")));

        assertThat(again.getString("access_token")).isEqualTo(granted.getString("access_token"));
        assertThat(again.getInteger("expires_in")).isEqualTo(20);
        assertThat(again.getString("refresh_token")).isNotEqualTo(granted.getString("refresh_token"));
    }

    @Test
    void responseFaultsLeaveErrorsUnchanged() throws IOException {
        server.faults().next(Fault.expiresIn("30"));

        assertThat(json(client.refresh("unknown")).fieldNames()).doesNotContain("expires_in");
    }

    @Test
    void slowResponseArrives() throws IOException {
        server.faults().next(Fault.slow(ofMillis(1)));

        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
    }

    @Test
    void heldRequestsWaitForTheRelease() throws Exception {
        server.faults().next(Fault.hold(), Fault.status(503).held());
        CompletableFuture<HttpResponse<String>> one = client.refreshLater(server.newSession());
        server.awaitHeld(1);
        CompletableFuture<HttpResponse<String>> two = client.refreshLater(server.newSession());
        server.awaitHeld(2);
        assertThat(server.stats().inFlight()).isEqualTo(2);
        assertThat(one).isNotDone();
        assertThat(two).isNotDone();

        server.release();

        assertThat(join(one).statusCode()).isEqualTo(200);
        assertThat(join(two).statusCode()).isEqualTo(503);
        assertThat(server.stats()).returns(0, Stats::inFlight).returns(2, Stats::maxInFlight);
    }

    @Test
    void heldRequestWhoseClientIsGoneIsDropped() throws Exception {
        String first = server.newSession();
        server.faults().next(Fault.hold());
        try (var connection = client.openRefresh(first)) {
            server.awaitHeld(1);
            assertThat(connection.isConnected()).isTrue();
        }
        server.awaitEnded(1);

        server.release();

        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
        assertThat(server.stats()).returns(1L, Stats::successes).returns(1L, Stats::errors);
    }

    @Test
    void heldReplyWhoseClientIsGoneIsLost() throws Exception {
        String first = server.newSession();
        server.faults().next(Fault.hold().afterProcessing());
        try (var connection = client.openRefresh(first)) {
            server.awaitHeld(1);
            assertThat(connection.isConnected()).isTrue();
        }
        server.awaitEnded(1);

        assertThat(client.refresh(first).statusCode()).isEqualTo(400);
    }

    @Test
    void hangingRequestEndsWithTheServer() throws IOException {
        server.faults().next(Fault.hang());
        try (var connection = client.openRefresh(server.newSession())) {
            server.awaitArrived(1);
            assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
            assertThat(server.stats().inFlight()).isEqualTo(1);

            server.close();

            assertThat(connection.getInputStream().read()).isEqualTo(-1);
        }
        server.awaitEnded(2);
        assertThat(server.stats().inFlight()).isZero();
    }

    @Test
    void standingFaultStaysUntilCleared() throws IOException {
        server.faults().always(Fault.status(500));
        server.faults().next(2, Fault.status(503));

        assertThat(client.clientCredentials().statusCode()).isEqualTo(503);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(503);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(500);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(500);
        server.faults().clear();
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
    }

    @Test
    void onlyRepliesHaveHeaders() {
        assertThatThrownBy(() -> Fault.hang().retryAfter(ofSeconds(1))).isInstanceOf(IllegalArgumentException.class);
    }
}

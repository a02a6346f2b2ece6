package dev.tokensidecar.demo;

import static dev.tokensidecar.demo.DemoClient.join;
import static dev.tokensidecar.demo.DemoClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @SuppressWarnings("unused") // named by @FieldSource
    private static final List<String> EXAMPLES =
            FaultJson.EXAMPLES.stream().map(Object::toString).toList();

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

    @ParameterizedTest
    @FieldSource("EXAMPLES")
    void everyExampleWorks(String example) throws IOException {
        assertThat(client.post("/admin/faults", example).statusCode()).isEqualTo(204);
    }

    @Test
    void faultsApplyToTheNextRequests() throws IOException {
        assertThat(client.post(
                                "/admin/faults",
                                "{\"fault\":\"status\",\"status\":503,\"retry_after\":\"7\",\"times\":2}")
                        .statusCode())
                .isEqualTo(204);

        HttpResponse<String> first = client.clientCredentials();
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.headers().firstValue("Retry-After")).hasValue("7");
        assertThat(client.clientCredentials().statusCode()).isEqualTo(503);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
    }

    @Test
    void standingFaultIsDeleted() throws IOException {
        assertThat(client.post("/admin/faults", "{\"fault\":\"error\",\"status\":403,\"always\":true}")
                        .statusCode())
                .isEqualTo(204);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(403);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(403);

        assertThat(client.delete("/admin/faults").statusCode()).isEqualTo(204);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
    }

    @Test
    void pendingFaultsAreListedUntilARequestTakesThem() throws IOException {
        JsonObject unavailable = new JsonObject().put("fault", "status").put("status", 503);
        JsonObject hang = new JsonObject().put("fault", "hang").put("always", true);
        assertThat(pendingFaults()).isEmpty();
        addFault(unavailable.copy().put("times", 2));
        addFault(hang);
        addFault(new JsonObject().put("fault", "reset"));

        assertThat(client.clientCredentials().statusCode()).isEqualTo(503);
        assertThat(pendingFaults())
                .containsExactly(
                        unavailable.copy().put("times", 1),
                        new JsonObject().put("fault", "reset").put("times", 1),
                        hang);

        assertThat(client.clientCredentials().statusCode()).isEqualTo(503);
        assertThat(pendingFaults()).hasSize(2);
        assertThat(client.delete("/admin/faults").statusCode()).isEqualTo(204);
        assertThat(pendingFaults()).isEmpty();
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
    }

    private void addFault(JsonObject fault) throws IOException {
        assertThat(client.post("/admin/faults", fault.encode()).statusCode()).isEqualTo(204);
    }

    private JsonArray pendingFaults() throws IOException {
        return new JsonArray(client.get("/admin/faults").body());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "nonsense",
                "{\"fault\":\"flood\"}",
                "{\"fault\":7}",
                "{\"fault\":\"with\"}",
                "{\"fault\":\"hang\",\"retry_after\":\"7\"}",
                "{\"fault\":\"hang\",\"times\":0}",
                "{\"fault\":\"hang\",\"times\":\"many\"}"
            })
    void anInvalidFaultIsRejectedWithExamples(String json) throws IOException {
        HttpResponse<String> response = client.post("/admin/faults", json);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getJsonArray("faults")).isEqualTo(FaultJson.EXAMPLES);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
    }

    @Test
    void heldRequestsAreReleased() throws Exception {
        assertThat(client.post("/admin/faults", "{\"fault\":\"hold\"}").statusCode())
                .isEqualTo(204);
        CompletableFuture<HttpResponse<String>> response = client.refreshLater(server.newSession());
        server.awaitHeld(1);

        assertThat(client.post("/admin/release", "").statusCode()).isEqualTo(204);
        assertThat(join(response).statusCode()).isEqualTo(200);
    }

    @Test
    void statsCountWithoutSecrets() throws IOException {
        String first = server.newSession();
        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
        assertThat(client.refresh(first).statusCode()).isEqualTo(400);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);
        assertThat(client.send(client.tokenRequest(DemoClient.BASIC, "grant_type=" + first))
                        .statusCode())
                .isEqualTo(400);

        HttpResponse<String> response = client.get("/admin/stats");

        assertThat(json(response))
                .isEqualTo(new JsonObject()
                        .put("token_requests", 4)
                        .put(
                                "by_grant",
                                new JsonObject()
                                        .put("client_credentials", 1)
                                        .put("refresh_token", 2)
                                        .put("other", 1))
                        .put("successes", 2)
                        .put("errors", 2)
                        .put("in_flight", 0)
                        .put("max_in_flight", 1)
                        .put("reuse_detections", 1));
        assertThat(response.body()).doesNotContain(first).doesNotContain("demo-secret");
    }

    @Test
    void requestsAreListedWithTheirTimesAndNothingElse() throws Exception {
        assertThat(client.post("/admin/faults", "{\"fault\":\"hold\"}").statusCode())
                .isEqualTo(204);
        CompletableFuture<HttpResponse<String>> response = client.refreshLater(server.newSession());
        server.awaitHeld(1);
        long arrivedAt = micros(START);

        assertThat(listedRequest())
                .isEqualTo(new JsonObject()
                        .put("arrived_at_us", arrivedAt)
                        .putNull("ended_at_us")
                        .putNull("status"));

        now.set(START.plusMillis(200));
        server.release();
        assertThat(join(response).statusCode()).isEqualTo(200);
        assertThat(listedRequest())
                .isEqualTo(new JsonObject()
                        .put("arrived_at_us", arrivedAt)
                        .put("ended_at_us", arrivedAt + 200_000)
                        .put("status", 200));
    }

    private JsonObject listedRequest() throws IOException {
        JsonArray requests = new JsonArray(client.get("/admin/requests").body());
        assertThat(requests).hasSize(1);
        return requests.getJsonObject(0);
    }

    private static long micros(Instant instant) {
        return instant.toEpochMilli() * 1000;
    }

    @Test
    void requestsAreRemembered() throws IOException {
        String first = server.newSession();
        assertThat(client.refresh(first).statusCode()).isEqualTo(200);
        assertThat(client.clientCredentials().statusCode()).isEqualTo(200);

        assertThat(server.presentedRefreshTokens()).containsExactly(first);
        assertThat(server.requests()).hasSize(2);
        RecordedRequest recorded = server.requests().getFirst();
        assertThat(recorded.arrivedAt()).isEqualTo(START);
        assertThat(recorded.endedAt()).isEqualTo(START);
        assertThat(recorded.status()).isEqualTo(200);
        assertThat(recorded.form()).containsEntry("grant_type", "refresh_token").hasSize(2);
        assertThat(recorded.headers().get("AUTHORIZATION")).isEqualTo(DemoClient.BASIC);
    }

    @Test
    void accessTokenOpensTheApiUntilItExpires() throws IOException {
        String token = json(client.refresh(server.newSession())).getString("access_token");

        assertThat(client.api(token).body()).isEqualTo("{\"sub\":\"demo-user\"}");
        now.set(START.plusSeconds(30));
        assertUnauthorized(client.api(token));
    }

    @Test
    void issuedTokensAreRemembered() throws IOException {
        String first = server.newSession();
        JsonObject granted = json(client.refresh(first));
        server.revokeAccessTokens();

        assertThat(server.accessTokens())
                .containsExactly(entry(granted.getString("access_token"), START.plusSeconds(30)));
        assertThat(server.refreshTokens()).containsExactlyInAnyOrder(first, granted.getString("refresh_token"));
    }

    @Test
    void accessTokenOfAClientHasTheClientAsSubject() throws IOException {
        String token = json(client.clientCredentials()).getString("access_token");

        assertThat(client.api(token).body()).isEqualTo("{\"sub\":\"demo-client\"}");
    }

    @Test
    void revokedAccessTokensAreRejectedAndNewOnesWork() throws IOException {
        JsonObject granted = json(client.refresh(server.newSession()));

        assertThat(client.post("/admin/revoke-access-tokens", "").statusCode()).isEqualTo(204);

        assertUnauthorized(client.api(granted.getString("access_token")));
        JsonObject again = json(client.refresh(granted.getString("refresh_token")));
        assertThat(client.api(again.getString("access_token")).statusCode()).isEqualTo(200);
    }

    @Test
    void killedSessionsLoseTheirAccessTokens() throws IOException {
        JsonObject granted = json(client.refresh(server.newSession()));

        assertThat(client.post("/admin/kill-sessions", "").statusCode()).isEqualTo(204);

        assertUnauthorized(client.api(granted.getString("access_token")));
        assertThat(client.refresh(granted.getString("refresh_token")).statusCode())
                .isEqualTo(400);
    }

    @Test
    void newSessionReplacesTheRefreshTokenOfAKilledOne(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("refresh-token");
        DemoOptions options = DemoOptions.builder().refreshTokenFile(file).build();
        try (DemoAuthorizationServer seeding = DemoAuthorizationServer.start(VERTX, options)) {
            DemoClient user = new DemoClient(seeding);
            assertThat(seeding.logIn()).isTrue();
            String killed = Files.readString(file);
            assertThat(user.post("/admin/kill-sessions", "").statusCode()).isEqualTo(204);

            HttpResponse<String> response = user.post("/admin/new-session", "");

            assertThat(response.statusCode()).isEqualTo(204);
            assertThat(response.body()).isEmpty();
            assertThat(directory)
                    .isDirectoryContaining(file::equals)
                    .isDirectoryNotContaining(other -> !other.equals(file));
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(Files.readString(file)).isNotEqualTo(killed);
            assertThat(user.refresh(killed).statusCode()).isEqualTo(400);
            assertThat(user.refresh(Files.readString(file)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void newSessionNeedsARefreshTokenFile() throws IOException {
        HttpResponse<String> response = client.post("/admin/new-session", "");

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(json(response).getString("error")).contains("refresh token file");
    }

    @Test
    void apiChallengesARequestWithoutATokenWithoutAnErrorCode() throws IOException {
        HttpResponse<String> response = client.get("/api");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate")).hasValue("Bearer realm=\"demo\"");
        assertUnauthorized(client.api("unknown"));
    }

    private static void assertUnauthorized(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("WWW-Authenticate").orElse("")).contains("error=\"invalid_token\"");
    }
}

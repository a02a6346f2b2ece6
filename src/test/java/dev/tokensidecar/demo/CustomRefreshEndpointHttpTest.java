package dev.tokensidecar.demo;

import static dev.tokensidecar.demo.DemoClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CustomRefreshEndpointHttpTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final DemoAuthorizationServer server = DemoAuthorizationServer.start(
            VERTX, DemoOptions.builder().clock(() -> NOW).build());
    private final DemoClient client = new DemoClient(server);
    private final String session = server.newSession();

    @AfterEach
    void close() {
        server.close();
    }

    @AfterAll
    static void closeVertx() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get();
    }

    @Test
    void theAccessTokenIsAJwtInAHeaderAndTheRefreshTokenStaysTheSame() throws IOException {
        HttpResponse<String> first = refresh(session);
        HttpResponse<String> second = refresh(session);

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(first.body()).isEmpty();
        String claims = accessToken(first).split("\\.", -1)[1];
        assertThat(new JsonObject(new String(Base64.getUrlDecoder().decode(claims), StandardCharsets.UTF_8)))
                .contains(Map.entry("exp", (int) NOW.getEpochSecond() + 30));
        assertThat(client.api(accessToken(second)).statusCode()).isEqualTo(200);
        assertThat(accessToken(second)).isNotEqualTo(accessToken(first));
        assertThat(server.presentedRefreshTokens()).containsExactly(session, session);
        assertThat(server.stats().successes()).isEqualTo(2);
    }

    @Test
    void aRevokedSessionIs401WithAMessage() throws IOException {
        server.killSession(session);

        assertThat(refresh(session).statusCode()).isEqualTo(401);
        assertThat(json(refresh(session))).isEqualTo(new JsonObject().put("message", "the session has been revoked"));
        assertThat(refresh("unknown").statusCode()).isEqualTo(401);
    }

    @Test
    void aRefreshTokenRotatedElsewhereIsReuse() throws IOException {
        assertThat(client.refresh(session).statusCode()).isEqualTo(200);

        assertThat(refresh(session).statusCode()).isEqualTo(401);
        assertThat(server.stats().reuseDetections()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{", "{\"refreshToken\":\"\"}"})
    void aRequestWithoutARefreshTokenIs400(String body) throws IOException {
        HttpResponse<String> response = client.post("/auth/refresh", body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("message")).isEqualTo("refreshToken is missing");
    }

    @Test
    void faultsApplyHereToo() throws IOException {
        server.faults().next(Fault.status(503), Fault.without("expires_in"), Fault.absoluteExpiry("end"));

        assertThat(refresh(session).statusCode()).isEqualTo(503);
        assertThat(refresh(session).body()).isEmpty();
        assertThat(refresh(session).body()).isEmpty();
    }

    private HttpResponse<String> refresh(String refreshToken) throws IOException {
        return client.post(
                "/auth/refresh",
                new JsonObject().put("refreshToken", refreshToken).encode());
    }

    private static String accessToken(HttpResponse<String> response) {
        String header = response.headers().firstValue("Authorization").orElseThrow();
        assertThat(header).startsWith("Bearer ");
        return header.substring("Bearer ".length());
    }
}

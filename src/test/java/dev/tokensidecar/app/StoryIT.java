package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The story of docs/story.md, with a service that does not speak OAuth: it takes the refresh token as JSON and returns the
 * access token in a header, and its API responds with 401 to an expired token.
 */
@Timeout(120)
class StoryIT {

    private static final int CALLS = 50;
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /**
     * The clock of the service. The sidecar's clock is behind it, as clocks can be, so only the API knows that the token has
     * expired.
     */
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());

    private final int port = ChildProcess.freePort();
    private final SidecarTestBed testBed;
    private final ExpiringApi api;
    private final String refreshToken;

    StoryIT(@TempDir Path directory) throws IOException {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target/story-it.log"),
                DemoOptions.builder().accessTokenLifetime(LIFETIME).clock(clock).build());
        testBed.withoutOAuth();
        api = new ExpiringApi(testBed.server(), clock);
        testBed.set("SIDECAR_FORWARD_SHOP_TARGET", api.address());
        testBed.set("SIDECAR_FORWARD_SHOP_PORT", Integer.toString(port));
        testBed.set("SIDECAR_FORWARD_SHOP_LISTEN_PATH", "/shop");
        testBed.set("SIDECAR_FORWARD_SHOP_EXPIRED_STATUS", "401");
        testBed.set("SIDECAR_FORWARD_SHOP_EXPIRED_POINTER", "/message");
        testBed.set("SIDECAR_FORWARD_SHOP_EXPIRED_TEXT", "token expired");
        refreshToken = Files.readString(directory.resolve("seed"));
    }

    @AfterEach
    void close() {
        api.close();
        testBed.close();
    }

    @Test
    void fiftyCallsWithAnExpiredTokenCauseOneRefreshAndAllSucceed() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            long before = refreshes();
            ahead.set(LIFETIME.plusMinutes(1));
            api.gather(CALLS);

            List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, CALLS)
                    .mapToObj(call -> testBed.getAsync(shop("/orders/" + call), Map.of()))
                    .toList();
            List<HttpResponse<String>> responses =
                    calls.stream().map(SidecarTestBed::await).toList();

            assertThat(responses).extracting(HttpResponse::statusCode).containsOnly(200);
            assertThat(responses)
                    .extracting(response -> new JsonObject(response.body()).getString("path"))
                    .as("each call gets its own response")
                    .isEqualTo(IntStream.range(0, CALLS)
                            .mapToObj(call -> "/orders/" + call)
                            .toList());
            assertThat(api.expired()).isEqualTo(CALLS);
            assertThat(refreshes() - before).isEqualTo(1);
            assertThat(testBed.server().presentedRefreshTokens()).containsOnly(refreshToken);
        }
    }

    @Test
    void anyOther401ReachesTheApplication() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            long before = refreshes();

            HttpResponse<String> response = testBed.get(shop(ExpiringApi.NOT_YOURS), Map.of());

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(new JsonObject(response.body())).isEqualTo(new JsonObject().put("message", "not yours"));
            assertThat(refreshes()).isEqualTo(before);
        }
    }

    private long refreshes() {
        return testBed.server().stats().tokenRequests();
    }

    private URI shop(String path) {
        return URI.create("http://localhost:" + port + "/shop" + path);
    }
}

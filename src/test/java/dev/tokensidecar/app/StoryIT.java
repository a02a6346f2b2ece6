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
 * What docs/story.md tells, at a service that does not speak OAuth: the refresh token goes there as JSON, the access token
 * comes back in a header, and the API says 401 once it has ended.
 */
@Timeout(120)
class StoryIT {

    private static final int CALLS = 50;
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /** The clock of the service. That of the sidecar stands behind, as clocks do, so that only the API knows of the end. */
    private final InstantSource clock = () -> Instant.now().plus(ahead.get());

    private final int port = ChildProcess.freePort();
    private final SidecarTestBed stage;
    private final ExpiringApi api;
    private final String refreshToken;

    StoryIT(@TempDir Path directory) throws IOException {
        stage = new SidecarTestBed(
                directory,
                Path.of("target/story-it.log"),
                DemoOptions.builder().accessTokenLife(LIFE).clock(clock).build());
        stage.withoutOAuth();
        api = new ExpiringApi(stage.server(), clock);
        stage.set("SIDECAR_FORWARD_SHOP_TARGET", api.address());
        stage.set("SIDECAR_FORWARD_SHOP_PORT", Integer.toString(port));
        stage.set("SIDECAR_FORWARD_SHOP_LISTEN_PATH", "/shop");
        stage.set("SIDECAR_FORWARD_SHOP_EXPIRED_STATUS", "401");
        stage.set("SIDECAR_FORWARD_SHOP_EXPIRED_POINTER", "/message");
        stage.set("SIDECAR_FORWARD_SHOP_EXPIRED_TEXT", "token expired");
        refreshToken = Files.readString(directory.resolve("seed"));
    }

    @AfterEach
    void leave() {
        api.close();
        stage.close();
    }

    @Test
    void fiftyCallsThatMeetAnExpiredTokenCostOneRefreshAndNoneOfThemFails() throws Exception {
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            long before = refreshes();
            ahead.set(LIFE.plusMinutes(1));
            api.gather(CALLS);

            List<CompletableFuture<HttpResponse<String>>> calls = IntStream.range(0, CALLS)
                    .mapToObj(call -> stage.ask(shop("/orders/" + call), Map.of()))
                    .toList();
            List<HttpResponse<String>> answers =
                    calls.stream().map(SidecarTestBed::answer).toList();

            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(200);
            assertThat(answers)
                    .extracting(answer -> new JsonObject(answer.body()).getString("path"))
                    .as("each call its own answer")
                    .isEqualTo(IntStream.range(0, CALLS)
                            .mapToObj(call -> "/orders/" + call)
                            .toList());
            assertThat(api.expired()).isEqualTo(CALLS);
            assertThat(refreshes() - before).isEqualTo(1);
            assertThat(stage.server().presentedRefreshTokens()).containsOnly(refreshToken);
        }
    }

    @Test
    void anyOther401IsTheApplicationsAffair() throws Exception {
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            long before = refreshes();

            HttpResponse<String> answer = stage.get(shop(ExpiringApi.NOT_YOURS), Map.of());

            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(new JsonObject(answer.body())).isEqualTo(new JsonObject().put("message", "not yours"));
            assertThat(refreshes()).isEqualTo(before);
        }
    }

    private long refreshes() {
        return stage.server().stats().tokenRequests();
    }

    private URI shop(String path) {
        return URI.create("http://localhost:" + port + "/shop" + path);
    }
}

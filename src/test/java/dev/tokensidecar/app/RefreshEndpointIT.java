package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application before a log-in service that does not speak OAuth. */
@Timeout(120)
class RefreshEndpointIT {

    private static final Duration LIFE = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Stage stage;

    @BeforeEach
    void open() {
        stage = new Stage(
                directory,
                Path.of("target", "RefreshEndpointIT.log"),
                DemoOptions.builder().accessTokenLife(LIFE).build());
        stage.withoutOAuth();
        stage.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    void aSessionLastsFromItsFirstTokenToItsEnd() throws Exception {
        String refreshToken = Files.readString(directory.resolve("seed"));
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            JsonObject first =
                    new JsonObject(stage.get(sidecar.api("/token"), Map.of()).body());
            assertThat(stage.works(first.getString("access_token"))).isTrue();
            assertThat(first.getLong("expires_in")).as("from the JWT").isBetween(500L, LIFE.toSeconds());

            stage.server().revokeAccessTokens();
            HttpResponse<String> renewed = reject(sidecar, first.getString("access_token"));
            assertThat(renewed.statusCode()).isEqualTo(200);
            String second = new JsonObject(renewed.body()).getString("access_token");
            assertThat(stage.works(second)).isTrue();

            stage.server().killSession(refreshToken);
            HttpResponse<String> over = reject(sidecar, second);
            assertReauthenticationRequired(over, "the refresh endpoint answered 401: the session has been revoked");
            assertThat(stage.server().presentedRefreshTokens()).containsOnly(refreshToken);
            assertThat(everythingTold(sidecar) + over.body())
                    .doesNotContain(refreshToken, first.getString("access_token"), second);
        }
    }

    @Test
    void aServerThatEchoesTheRefreshTokenDoesNotSpreadIt() throws Exception {
        String refreshToken = Files.readString(directory.resolve("seed"));
        String message = new JsonObject()
                .put("message", "no session for " + Fault.PRESENTED)
                .encode();
        stage.server().faults().always(Fault.reply(401, "application/json", message));
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitLog("error=session_over");

            assertReauthenticationRequired(
                    stage.get(sidecar.api("/token")), "the refresh endpoint answered 401: no session for [redacted]");
            assertThat(everythingTold(sidecar)).contains("[redacted]").doesNotContain(refreshToken);
        }
    }

    private HttpResponse<String> reject(SidecarProcess sidecar, String accessToken) {
        return stage.post(sidecar.api("/token/rejected"), "", Map.of("Authorization", "Bearer " + accessToken));
    }

    private String everythingTold(SidecarProcess sidecar) {
        return sidecar.log()
                + stage.get(sidecar.api("/status")).body()
                + stage.get(sidecar.management("/q/metrics")).body()
                + stage.get(sidecar.management("/q/health")).body();
    }

    private static void assertReauthenticationRequired(HttpResponse<String> answer, String detail) {
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(new JsonObject(answer.body()))
                .contains(Map.entry("error", "reauthentication_required"), Map.entry("detail", detail));
    }
}

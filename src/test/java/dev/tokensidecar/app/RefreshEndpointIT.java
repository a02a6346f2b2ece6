package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
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

/** The packaged application with a login service that does not speak OAuth. */
@Timeout(120)
class RefreshEndpointIT {

    private static final Duration LIFETIME = Duration.ofMinutes(10);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target", "RefreshEndpointIT.log"),
                DemoOptions.builder().accessTokenLifetime(LIFETIME).build());
        testBed.withoutOAuth();
        testBed.set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void theSidecarRenewsTheTokenUntilTheSessionEnds() throws Exception {
        String refreshToken = Files.readString(directory.resolve("seed"));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            JsonObject first =
                    new JsonObject(testBed.get(sidecar.api("/token"), Map.of()).body());
            assertThat(testBed.apiAccepts(first.getString("access_token"))).isTrue();
            assertThat(first.getLong("expires_in")).as("from the JWT").isBetween(500L, LIFETIME.toSeconds());

            testBed.server().revokeAccessTokens();
            HttpResponse<String> renewed = reject(sidecar, first.getString("access_token"));
            assertThat(renewed.statusCode()).isEqualTo(200);
            String second = new JsonObject(renewed.body()).getString("access_token");
            assertThat(testBed.apiAccepts(second)).isTrue();

            testBed.server().killSession(refreshToken);
            HttpResponse<String> afterTheEnd = reject(sidecar, second);
            assertReauthenticationRequired(
                    afterTheEnd, "the refresh endpoint answered 401: the session has been revoked");
            assertThat(testBed.server().presentedRefreshTokens()).containsOnly(refreshToken);
            assertThat(allOutput(sidecar) + afterTheEnd.body())
                    .doesNotContain(refreshToken, first.getString("access_token"), second);
        }
    }

    @Test
    void aRefreshTokenThatTheServerEchoesIsRedacted() throws Exception {
        String refreshToken = Files.readString(directory.resolve("seed"));
        String message = new JsonObject()
                .put("message", "no session for " + Fault.PRESENTED)
                .encode();
        testBed.server().faults().always(Fault.reply(401, "application/json", message));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLog("error=session_over");

            assertReauthenticationRequired(
                    testBed.get(sidecar.api("/token")), "the refresh endpoint answered 401: no session for [redacted]");
            assertThat(allOutput(sidecar)).contains("[redacted]").doesNotContain(refreshToken);
        }
    }

    private HttpResponse<String> reject(SidecarProcess sidecar, String accessToken) {
        return testBed.post(sidecar.api("/token/rejected"), "", Map.of("Authorization", "Bearer " + accessToken));
    }

    private String allOutput(SidecarProcess sidecar) {
        return sidecar.log()
                + testBed.get(sidecar.api("/status")).body()
                + testBed.get(sidecar.management("/q/metrics")).body()
                + testBed.get(sidecar.management("/q/health")).body();
    }

    private static void assertReauthenticationRequired(HttpResponse<String> response, String detail) {
        assertThat(response.statusCode()).isEqualTo(410);
        assertThat(new JsonObject(response.body()))
                .contains(Map.entry("error", "reauthentication_required"), Map.entry("detail", detail));
    }
}

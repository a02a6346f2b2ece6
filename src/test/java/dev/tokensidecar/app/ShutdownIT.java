package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shutdown of the packaged application after SIGTERM. */
@Timeout(120)
class ShutdownIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, directory.resolve("log"), DemoOptions.defaults());
        testBed.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "20s");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    @DisplayName("Shutdown waits until a refresh in flight is saved: after SIGTERM (R44)")
    void theRefreshInFlightIsSavedAndItsWaiterGetsTheToken() throws Exception {
        testBed.server().faults().next(Fault.hold().afterProcessing());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            testBed.server().awaitHeld(1);
            CompletableFuture<HttpResponse<String>> waiter = testBed.getAsync(sidecar.api("/token"));
            sidecar.awaitWaiters(1);

            sidecar.terminate();
            sidecar.awaitLog("shutting down");
            testBed.server().release();

            HttpResponse<String> response = SidecarTestBed.await(waiter);
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(testBed.apiAccepts(response.body())).isTrue();
            assertThat(sidecar.awaitExit()).isZero();
        }
        assertSessionSurvives();
    }

    /** The file contains the newest refresh token: the next process needs one request and no grace period. */
    private void assertSessionSurvives() throws Exception {
        try (SidecarProcess next = testBed.start()) {
            next.awaitStarted();
            assertThat(testBed.apiAccepts(testBed.get(next.api("/token")).body()))
                    .isTrue();
        }
        assertThat(testBed.server().stats().reuseDetections()).isZero();
    }

    @Test
    void aWaiterGetsAnErrorWhenTheGracePeriodEnds() throws Exception {
        testBed.set("SIDECAR_SHUTDOWN_GRACE_PERIOD", "300ms");
        testBed.server().faults().always(Fault.hang());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            CompletableFuture<HttpResponse<String>> waiter = testBed.getAsync(sidecar.api("/token"));
            sidecar.awaitWaiters(1);

            assertThat(sidecar.stop()).isZero();

            HttpResponse<String> response = SidecarTestBed.await(waiter);
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("shutting down");
        }
    }

    @Test
    void thePreStopDelayServesOnUntilASecondSignal() throws Exception {
        testBed.set("SIDECAR_SHUTDOWN_PRE_STOP_DELAY", "10m");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            sidecar.terminate();
            sidecar.awaitLog("shutting down pre_stop_delay_ms=600000");

            HttpResponse<String> response = testBed.get(sidecar.api("/token"));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(testBed.get(sidecar.api("/token?min_ttl=30")).body())
                    .as("it still renews")
                    .isNotEqualTo(response.body());

            assertThat(sidecar.stop()).isZero();
        }
    }
}

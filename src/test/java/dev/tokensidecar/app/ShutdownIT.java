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

/** SIGTERM, at the packaged application. */
@Timeout(120)
class ShutdownIT {

    @TempDir
    Path directory;

    private SidecarTestBed stage;

    @BeforeEach
    void open() {
        stage = new SidecarTestBed(directory, directory.resolve("log"), DemoOptions.defaults());
        stage.set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "20s");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    @DisplayName("R44 shutdown_with_flight_waits_for_commit")
    void theFlightUnderWayIsFinishedSavedAndAnswered() throws Exception {
        stage.server().faults().next(Fault.hold().afterProcessing());
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitLive();
            stage.server().awaitHeld(1);
            CompletableFuture<HttpResponse<String>> waiter = stage.ask(sidecar.api("/token"));
            sidecar.awaitWaiters(1);

            sidecar.terminate();
            sidecar.awaitLog("shutting down");
            stage.server().release();

            HttpResponse<String> answer = SidecarTestBed.answer(waiter);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(stage.works(answer.body())).isTrue();
            assertThat(sidecar.awaitExit()).isZero();
        }
        theSessionLivesOn();
    }

    /** The file holds the newest refresh token: the next process needs one request and no grace. */
    private void theSessionLivesOn() throws Exception {
        try (SidecarProcess next = stage.start()) {
            next.awaitStarted();
            assertThat(stage.works(stage.get(next.api("/token")).body())).isTrue();
        }
        assertThat(stage.server().stats().reuseDetections()).isZero();
    }

    @Test
    void whoeverWaitsForAServerThatDoesNotAnswerIsToldWhenTheGraceIsOver() throws Exception {
        stage.set("SIDECAR_SHUTDOWN_GRACE_PERIOD", "300ms");
        stage.server().faults().always(Fault.hang());
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitLive();
            CompletableFuture<HttpResponse<String>> waiter = stage.ask(sidecar.api("/token"));
            sidecar.awaitWaiters(1);

            assertThat(sidecar.stop()).isZero();

            HttpResponse<String> answer = SidecarTestBed.answer(waiter);
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("shutting down");
        }
    }

    @Test
    void duringTheDelayEverythingGoesOnAndASecondSignalEndsIt() throws Exception {
        stage.set("SIDECAR_SHUTDOWN_PRE_STOP_DELAY", "10m");
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            sidecar.terminate();
            sidecar.awaitLog("shutting down pre_stop_delay_ms=600000");

            HttpResponse<String> answer = stage.get(sidecar.api("/token"));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(stage.get(sidecar.api("/token?min_ttl=30")).body())
                    .as("it still renews")
                    .isNotEqualTo(answer.body());

            assertThat(sidecar.stop()).isZero();
        }
    }
}

package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.Load;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A wall clock that is set while callers ask all the time, at a server that forgives nothing and has its own clock. */
@Timeout(180)
class ClockFaultIT {

    private static final int CALLERS = 4;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofMinutes(30);

    /** Forward and back by hours and days; the last jump leaves the clock where it should be. */
    private static final List<Duration> JUMPS =
            List.of(HOUR, Duration.ZERO, HOUR.negated(), Duration.ZERO, Duration.ofDays(3), Duration.ZERO);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private Stage stage;

    @SuppressWarnings("NullAway.Init")
    private ClockHand clock;

    private void open(Duration accessTokenLife, Duration refreshTokenLife) throws IOException {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLife(accessTokenLife)
                .refreshTokenLife(refreshTokenLife)
                .build();
        stage = new Stage(directory, Path.of("target", "ClockFaultIT.log"), options);
        stage.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        clock = new ClockHand(directory, stage);
    }

    @AfterEach
    void close() {
        stage.close();
    }

    @Test
    @DisplayName("R37 wall_clock_forward_1h, backward_1h, and days")
    void aJumpCostsOneEarlyRefreshAtMost() throws Exception {
        open(Duration.ofMinutes(10), REFRESH_TOKEN_LIFE);
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            try (Load load = new Load(stage, sidecar, CALLERS)) {
                clock.set(HOUR);
                stage.server().awaitEnded(2);
                for (Duration offset : JUMPS) {
                    long before = stage.server().stats().tokenRequests();
                    clock.set(offset);
                    awaitAnswers(load, 200);
                    assertThat(stage.server().stats().tokenRequests()).isBetween(before, before + 1);
                }
                long before = stage.server().stats().tokenRequests();
                assertNoLoop(load, before);
            }
        }
    }
}

package dev.tokensidecar.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
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
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration REFRESH_TOKEN_LIFE = Duration.ofMinutes(30);
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @SuppressWarnings("NullAway.Init")
    private ClockHand clock;

    private void open(Duration accessTokenLife, Duration refreshTokenLife) throws IOException {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLife(accessTokenLife)
                .refreshTokenLife(refreshTokenLife)
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", "ClockFaultIT.log"), options);
        testBed.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        clock = new ClockHand(directory, testBed);
    }

    private void refreshAsOftenAsNeeded() {
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "500ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    @DisplayName("R37 wall_clock_forward_1h, wall_clock_backward_1h: no loop")
    void aJumpForwardCostsOneEarlyRefreshAndAJumpBackNone() throws Exception {
        open(LONG, REFRESH_TOKEN_LIFE);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers load = new TokenConsumers(testBed, sidecar, CALLERS)) {
                assertRefreshes(load, HOUR, 1);
                assertRefreshes(load, Duration.ZERO, 0);
                assertRefreshes(load, HOUR.negated(), 0);
                assertRefreshes(load, Duration.ofDays(3), 1);
                load.goOn(MIN_INTERVAL.plusSeconds(1));
                assertRefreshes(load, HOUR.negated(), 0);
                load.goOn(MIN_INTERVAL.plusSeconds(1));

                load.assertOnlyTokens();
                load.assertAllAnswered();
            }
            assertThat(testBed.server().stats().tokenRequests()).isEqualTo(3);
        }
    }

    private void assertRefreshes(TokenConsumers load, Duration offset, int expected) throws Exception {
        long before = testBed.server().stats().tokenRequests();
        clock.set(offset);
        load.awaitRounds();
        assertThat(testBed.server().stats().tokenRequests() - before)
                .as("refreshes when the clock is set to " + offset)
                .isEqualTo(expected);
    }

    @Test
    void whereverTheClockIsSetTokensWorkAndTimesMakeSense() throws Exception {
        open(SHORT, REFRESH_TOKEN_LIFE);
        refreshAsOftenAsNeeded();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers load = new TokenConsumers(testBed, sidecar, CALLERS)) {
                for (Duration offset : List.of(HOUR, Duration.ZERO, HOUR.negated(), Duration.ofDays(3))) {
                    clock.set(offset);
                    testBed.awaitRefreshes(2);
                    load.awaitRounds();
                    assertTimesMakeSense(sidecar.status());
                }
                // an answer that is on its way when the clock is set forward counts as an hour late
                load.assertOnlyTokensOr(503);
                load.assertAllAnswered();
            }
            assertThat(sidecar.stop()).isZero();
        }
        assertGoesOnWithAFileFromTheFuture();
    }

    private void assertTimesMakeSense(JsonObject status) throws IOException {
        assertThat(status.encode()).doesNotContainPattern(":-\\d");
        assertNear(status.getInstant("expires_at"), SHORT);
        assertNear(status.getInstant("last_success_at"), Duration.ZERO);
        assertNear(status.getJsonObject("refresh_token").getInstant("rotated_at"), Duration.ZERO);
        JsonObject file = new JsonObject(Files.readString(testBed.stored()));
        assertNear(file.getInstant("received_at"), Duration.ZERO);
        assertThat(file.getInstant("expires_at"))
                .isEqualTo(file.getInstant("received_at").plus(REFRESH_TOKEN_LIFE));
    }

    private void assertNear(Instant time, Duration ahead) {
        assertThat(time).isCloseTo(clock.now().plus(ahead), within(1, ChronoUnit.MINUTES));
    }

    private void assertGoesOnWithAFileFromTheFuture() throws Exception {
        clock.set(Duration.ZERO);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            testBed.awaitRefreshes(1);
            assertTimesMakeSense(sidecar.status());
        }
        assertThat(testBed.server().stats().reuseDetections()).isZero();
    }

    @Test
    @DisplayName("R37 wall_clock_backward_1h: no stale token")
    void aClockSetBackKeepsNoTokenAlive() throws Exception {
        open(SHORT, REFRESH_TOKEN_LIFE);
        refreshAsOftenAsNeeded();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers load = new TokenConsumers(testBed, sidecar, CALLERS)) {
                testBed.server().faults().always(Fault.status(503));
                clock.set(HOUR.negated());
                sidecar.awaitNotReady();
                load.goOn(SHORT);

                testBed.server().faults().clear();
                load.awaitRounds();
                load.assertOnlyTokensOr(503);
                load.assertAllAnswered();
            }
        }
    }

    @Test
    void aClockSetBackDoesNotLetTheRefreshTokenEnd() throws Exception {
        open(LONG, Duration.ofSeconds(9));
        refreshAsOftenAsNeeded();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers load = new TokenConsumers(testBed, sidecar, CALLERS)) {
                clock.set(HOUR.negated());
                testBed.awaitRefreshes(2);
                load.assertOnlyTokens();
                load.assertAllAnswered();
            }
            assertThat(testBed.server().stats().errors()).isZero();
        }
    }
}

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

/** The wall clock of the sidecar jumps under load; the server has its own clock and no grace period. */
@Timeout(180)
class ClockFaultIT {

    private static final int CALLERS = 4;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration LONG_LIFETIME = Duration.ofMinutes(10);
    private static final Duration SHORT_LIFETIME = Duration.ofSeconds(2);
    private static final Duration REFRESH_TOKEN_LIFETIME = Duration.ofMinutes(30);
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @SuppressWarnings("NullAway.Init")
    private FakeWallClock clock;

    private void open(Duration accessTokenLifetime, Duration refreshTokenLifetime) throws IOException {
        DemoOptions options = DemoOptions.builder()
                .accessTokenLifetime(accessTokenLifetime)
                .refreshTokenLifetime(refreshTokenLifetime)
                .build();
        testBed = new SidecarTestBed(directory, Path.of("target", "ClockFaultIT.log"), options);
        testBed.set("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        clock = new FakeWallClock(directory, testBed);
    }

    private void allowFrequentRefreshes() {
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "500ms");
        testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "500ms");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    @DisplayName("When the wall clock jumps or the machine sleeps, no caller gets an expired token and no loop starts:"
            + " a real process under load, no loop (R37)")
    void aJumpForwardCostsOneEarlyRefreshAndAJumpBackNone() throws Exception {
        open(LONG_LIFETIME, REFRESH_TOKEN_LIFETIME);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers callers = new TokenConsumers(testBed, sidecar, CALLERS)) {
                assertRefreshes(callers, HOUR, 1);
                assertRefreshes(callers, Duration.ZERO, 0);
                assertRefreshes(callers, HOUR.negated(), 0);
                assertRefreshes(callers, Duration.ofDays(3), 1);
                callers.keepRunning(MIN_INTERVAL.plusSeconds(1));
                assertRefreshes(callers, HOUR.negated(), 0);
                callers.keepRunning(MIN_INTERVAL.plusSeconds(1));

                callers.assertOnlyTokens();
                callers.assertEachRequestGotAResponse();
            }
            assertThat(testBed.server().stats().tokenRequests()).isEqualTo(3);
        }
    }

    private void assertRefreshes(TokenConsumers callers, Duration offset, int expected) throws Exception {
        long before = testBed.server().stats().tokenRequests();
        clock.set(offset);
        callers.awaitRounds();
        assertThat(testBed.server().stats().tokenRequests() - before)
                .as("refreshes when the clock is set to " + offset)
                .isEqualTo(expected);
    }

    @Test
    void afterEachJumpTokensWorkAndTimesArePlausible() throws Exception {
        open(SHORT_LIFETIME, REFRESH_TOKEN_LIFETIME);
        allowFrequentRefreshes();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers callers = new TokenConsumers(testBed, sidecar, CALLERS)) {
                for (Duration offset : List.of(HOUR, Duration.ZERO, HOUR.negated(), Duration.ofDays(3))) {
                    clock.set(offset);
                    testBed.awaitRefreshes(2);
                    callers.awaitRounds();
                    assertTimesPlausible(sidecar.status());
                }
                // a response in flight when the clock jumps forward appears to be an hour late
                callers.assertOnlyTokensOr(503);
                callers.assertEachRequestGotAResponse();
            }
            assertThat(sidecar.stop()).isZero();
        }
        assertStartsWithAFileFromTheFuture();
    }

    private void assertTimesPlausible(JsonObject status) throws IOException {
        assertThat(status.encode()).doesNotContainPattern(":-\\d");
        assertCloseTo(status.getInstant("expires_at"), SHORT_LIFETIME);
        assertCloseTo(status.getInstant("last_success_at"), Duration.ZERO);
        assertCloseTo(status.getJsonObject("refresh_token").getInstant("rotated_at"), Duration.ZERO);
        JsonObject file = new JsonObject(Files.readString(testBed.storeFile()));
        assertCloseTo(file.getInstant("received_at"), Duration.ZERO);
        assertThat(file.getInstant("expires_at"))
                .isEqualTo(file.getInstant("received_at").plus(REFRESH_TOKEN_LIFETIME));
    }

    private void assertCloseTo(Instant time, Duration ahead) {
        assertThat(time).isCloseTo(clock.now().plus(ahead), within(1, ChronoUnit.MINUTES));
    }

    private void assertStartsWithAFileFromTheFuture() throws Exception {
        clock.set(Duration.ZERO);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            testBed.awaitRefreshes(1);
            assertTimesPlausible(sidecar.status());
        }
        assertThat(testBed.server().stats().reuseDetections()).isZero();
    }

    @Test
    @DisplayName("When the wall clock jumps or the machine sleeps, no caller gets an expired token and no loop starts:"
            + " a real process under load, no expired token (R37)")
    void aClockSetBackExtendsNoTokenLifetime() throws Exception {
        open(SHORT_LIFETIME, REFRESH_TOKEN_LIFETIME);
        allowFrequentRefreshes();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers callers = new TokenConsumers(testBed, sidecar, CALLERS)) {
                testBed.server().faults().always(Fault.status(503));
                clock.set(HOUR.negated());
                sidecar.awaitNotReady();
                callers.keepRunning(SHORT_LIFETIME);

                testBed.server().faults().clear();
                callers.awaitRounds();
                callers.assertOnlyTokensOr(503);
                callers.assertEachRequestGotAResponse();
            }
        }
    }

    @Test
    void aClockSetBackDoesNotLetTheRefreshTokenExpire() throws Exception {
        open(LONG_LIFETIME, Duration.ofSeconds(9));
        allowFrequentRefreshes();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (TokenConsumers callers = new TokenConsumers(testBed, sidecar, CALLERS)) {
                clock.set(HOUR.negated());
                testBed.awaitRefreshes(2);
                callers.assertOnlyTokens();
                callers.assertEachRequestGotAResponse();
            }
            assertThat(testBed.server().stats().errors()).isZero();
        }
    }
}

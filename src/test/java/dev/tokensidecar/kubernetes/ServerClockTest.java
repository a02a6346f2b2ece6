package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.RepeatableProperty;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.Moment;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerClockTest {

    private static final Duration DRIFT_OF_A_MINUTE = Duration.ofMillis(6);

    private final VirtualTime time = new VirtualTime();
    private final ServerClock clock = new ServerClock();
    /** How far the clock of the server is ahead. */
    private Duration ahead = Duration.ofHours(3);

    private Instant serverTime() {
        return time.now().instant().plus(ahead);
    }

    /** A response whose date was written in the middle of the call. */
    private void call(Duration length) {
        Moment sent = time.now();
        time.advance(length.dividedBy(2));
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(serverTime().atOffset(ZoneOffset.UTC));
        time.advance(length.dividedBy(2));
        clock.observe(date, sent, time.now());
    }

    private void assertRight() {
        assertThat(clock.earliest(time.now())).isBeforeOrEqualTo(serverTime());
        assertThat(clock.latest(time.now())).isAfterOrEqualTo(serverTime());
    }

    private Duration width() {
        return Duration.between(clock.earliest(time.now()), clock.latest(time.now()));
    }

    @Test
    void beforeTheFirstResponseTheWallClockCountsAndMayBeWrongByAMinute() {
        Instant wall = time.now().instant();

        assertThat(clock.earliest(time.now())).isEqualTo(wall.minusSeconds(60));
        assertThat(clock.latest(time.now())).isEqualTo(wall.plusSeconds(60));
    }

    @Test
    void aResponseTellsTheTimeWithinASecondAndItsDuration() {
        call(Duration.ofMillis(200));

        assertRight();
        assertThat(width()).isEqualTo(Duration.ofMillis(1200));
    }

    @Test
    void moreResponsesTellItBetter() {
        call(Duration.ofMillis(2));
        time.advance(Duration.ofMillis(5500));
        call(Duration.ofMillis(2));
        time.advance(Duration.ofMillis(5250));
        call(Duration.ofMillis(2));

        assertRight();
        assertThat(width()).isLessThan(Duration.ofMillis(600));
    }

    @Test
    void theBoundsDriftApart() {
        call(Duration.ofMillis(2));
        Duration first = width();
        time.advance(Duration.ofMinutes(1));

        assertRight();
        assertThat(width().minus(first))
                .isBetween(
                        DRIFT_OF_A_MINUTE.multipliedBy(2),
                        DRIFT_OF_A_MINUTE.multipliedBy(2).plusMillis(1));
    }

    @Test
    void momentsBeforeTheResponseHaveBoundsToo() {
        Moment before = time.now();
        Instant then = serverTime();
        time.advance(Duration.ofMinutes(1));
        call(Duration.ofMillis(2));

        assertThat(clock.earliest(before)).isBetween(then.minusMillis(1100), then);
        assertThat(clock.latest(before)).isBetween(then, then.plusMillis(1100));
    }

    @Test
    void aWallClockThatIsSetBackChangesNothing() {
        call(Duration.ofMillis(2));
        Instant before = serverTime();
        time.setWallClock(Duration.ofHours(-1));
        time.advance(Duration.ofSeconds(5));

        assertThat(clock.earliest(time.now())).isBetween(before.plusSeconds(4), before.plusSeconds(5));
        assertThat(clock.latest(time.now())).isBetween(before.plusSeconds(5), before.plusSeconds(7));
    }

    /** A suspension looks the same, so the latest time has to follow. */
    @Test
    void aSuspensionMakesTheBoundsWideUntilTheNextResponse() {
        call(Duration.ofMillis(2));
        time.suspend(Duration.ofHours(1));

        assertRight();
        assertThat(width()).isGreaterThan(Duration.ofHours(1));

        call(Duration.ofMillis(2));
        assertRight();
        assertThat(width()).isLessThan(Duration.ofMillis(1100));
    }

    @ParameterizedTest
    @ValueSource(ints = {-3600, -3, 3, 3600})
    void afterTheClockOfTheServerWasSetTheNewestResponseCounts(int seconds) {
        call(Duration.ofMillis(2));
        ahead = ahead.plusSeconds(seconds);
        call(Duration.ofMillis(2));

        assertRight();
        assertThat(width()).isLessThan(Duration.ofMillis(1100));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "soon", "2026-01-01T00:00:00Z", "Thu, 99 Jan 2026 00:00:00 GMT"})
    void whatIsNoDateIsIgnored(String date) {
        call(Duration.ofMillis(2));
        Instant before = clock.earliest(time.now());
        clock.observe(date, time.now(), time.now());

        assertThat(clock.earliest(time.now())).isEqualTo(before);
    }

    /** Whatever the calls, and however fast the clock of the server goes within 100 ppm. */
    @RepeatableProperty
    void theTimeIsAlwaysWithinTheBounds(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(max = 100_000) Integer> pauses,
            @ForAll @IntRange(max = 3000) int call,
            @ForAll @IntRange(min = -100, max = 100) int ppm) {
        VirtualTime machine = new VirtualTime();
        ServerClock observed = new ServerClock();
        Moment start = machine.now();
        for (int pause : pauses) {
            machine.advance(Duration.ofMillis(pause));
            Moment sent = machine.now();
            machine.advance(Duration.ofMillis(call));
            Instant atServer = drifted(start, machine.now(), ppm);
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(atServer.atOffset(ZoneOffset.UTC));
            observed.observe(date, sent, machine.now());

            assertThat(observed.earliest(machine.now())).isBeforeOrEqualTo(atServer);
            assertThat(observed.latest(machine.now())).isAfterOrEqualTo(atServer);
        }
    }

    private static Instant drifted(Moment start, Moment now, int ppm) {
        long passed = now.nanos() - start.nanos();
        return start.instant().plusNanos(passed + passed / 1_000_000 * ppm);
    }
}

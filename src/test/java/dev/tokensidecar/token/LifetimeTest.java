package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a token is valid, by either clock, and how often the sidecar therefore requests another. */
class LifetimeTest {

    private final Core core = new Core();

    @ParameterizedTest(name = "a lifetime of {0} s is due with {1} s left and unusable with {2} s left")
    @CsvSource({
        "3600, 60, 10",
        "300, 60, 10",
        "180, 60, 10",
        "90, 30, 10",
        "30, 10, 5",
        "12, 4, 2",
        "3, 1, 0.5",
        "1, 0.333333333, 0.166666666"
    })
    void marginsShrinkWithTheLifetime(long lifetime, double due, double minUsable) {
        Validity validity = Core.POLICY.validity(Duration.ofSeconds(lifetime), null, core.time.now(), new Random(1));

        assertThat(validity.dueNanos() / 1e9).isCloseTo(due, org.assertj.core.data.Offset.offset(1e-6));
        assertThat(validity.minUsableNanos() / 1e9).isCloseTo(minUsable, org.assertj.core.data.Offset.offset(1e-6));
    }

    @ParameterizedTest(name = "refresh_in of {0} s makes a lifetime of an hour due with {1} s left")
    @CsvSource({"2400, 1200", "1800, 1800", "60, 1800", "3590, 60", "7200, 60", "0, 60", "-1, 60"})
    void refreshInCanAdvanceTheRenewalToHalfOfTheLifetime(long refreshIn, long due) {
        Validity validity = Core.POLICY.validity(
                Duration.ofHours(1), Duration.ofSeconds(refreshIn), core.time.now(), new Random(1));

        assertThat(Duration.ofNanos(validity.dueNanos())).hasSeconds(due);
    }

    @Test
    @DisplayName("Without expires_in the lifetime comes from the JWT, else from the default: without a JWT (R33)")
    void aMissingLifetimeIsTheDefaultLifetime() {
        core.startWithLifetime(null);

        core.advance(Duration.ofSeconds(239));
        assertThat(core.posts()).isEqualTo(1);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("A lifetime shorter than the refresh margin causes no busy loop: with many callers (R35)")
    void aTokenWithALifetimeBelowTheMarginIsServed() {
        core.startWithLifetime(Duration.ofSeconds(20));

        core.ask(100).forEach(result -> assertThat(Core.value(result)).isEqualTo("access-1"));

        assertThat(core.posts()).isEqualTo(1);
    }

    @ParameterizedTest(name = "lifetime {0} s")
    @DisplayName("A lifetime shorter than the refresh margin causes no busy loop: for ten minutes (R35)")
    @ValueSource(longs = {1, 3, 10, 20})
    void shortLifetimesCauseNoLoop(long lifetime) {
        core.server.respondImmediately();
        core.server.accessTokenLifetime(Duration.ofSeconds(lifetime));
        core.service.start();
        List<Integer> perMinute = new ArrayList<>();

        for (int minute = 0; minute < 10; minute++) {
            int before = core.posts();
            for (int i = 0; i < 600; i++) {
                var unused = core.ask();
                core.advance(Duration.ofMillis(100));
            }
            perMinute.add(core.posts() - before);
        }

        assertThat(perMinute).allSatisfy(posts -> assertThat(posts).isLessThanOrEqualTo(12));
    }

    @ParameterizedTest(name = "{0} s becomes {1} s")
    @DisplayName("An expires_in of zero, below zero or of thousands of years causes no loop and no overflow (R36)")
    @CsvSource({"0, 300", "-1, 300", "99999999999, 315360000", "9223372036854775, 315360000"})
    void oddLifetimesNeitherLoopNorOverflow(long granted, long expected) {
        core.server.respondImmediately();
        core.startWithLifetime(Duration.ofSeconds(granted));

        assertThat(core.service.status().remaining()).isEqualTo(Duration.ofSeconds(expected));
        core.advance(Duration.ofSeconds(200));
        assertThat(core.posts()).isEqualTo(1);
    }

    @Test
    @DisplayName("When the wall clock jumps or the machine sleeps, no caller gets an expired token and no loop starts:"
            + " one hour forward (R37)")
    void aClockSetForwardCausesOneEarlyRefresh() {
        core.server.respondImmediately();
        core.startWithLifetime(Duration.ofMinutes(30));

        core.time.setWallClock(Duration.ofHours(1));
        core.advance(Duration.ofMinutes(5));

        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("When the wall clock jumps or the machine sleeps, no caller gets an expired token and no loop starts:"
            + " one hour back (R37)")
    void aClockSetBackExtendsNoTokenLifetime() {
        core.startWithLifetime(Duration.ofSeconds(300));

        core.time.setWallClock(Duration.ofHours(-1));
        assertThat(core.ask().assertCompleted().getItem().expiresAt(core.time.now()))
                .isEqualTo(core.time.now().instant().plusSeconds(300));
        core.advance(Duration.ofSeconds(291));

        core.ask().assertNotTerminated();
    }

    @Test
    @DisplayName("When the wall clock jumps or the machine sleeps, no caller gets an expired token and no loop starts:"
            + " suspended for eight hours (R37)")
    void aSuspendedMachineRefreshesAfterItResumes() {
        core.server.respondImmediately();
        core.startWithLifetime(Duration.ofMinutes(30));

        core.time.suspend(Duration.ofHours(8));
        core.advance(Decider.HEARTBEAT);

        assertThat(core.posts()).isEqualTo(2);
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
    }

    @Test
    void theLifetimeBeginsWhenTheRequestIsSent() {
        core.server.accessTokenLifetime(Duration.ofSeconds(100));
        core.service.start();
        core.advance(Duration.ofSeconds(20));

        core.server.grant();

        assertThat(core.service.status().remaining()).isEqualTo(Duration.ofSeconds(80));
    }

    @Test
    void aTokenThatHasExpiredOnArrivalIsNotServed() {
        core.server.accessTokenLifetime(Duration.ofSeconds(3));
        core.service.start();
        var result = core.ask();
        core.advance(Duration.ofSeconds(4));

        core.server.grant();

        assertThat(Core.failure(result).detail()).contains("had expired when the response arrived");
        assertThat(core.published).isEmpty();
        assertThat(core.store.saved()).containsExactly("refresh-1");
    }

    @Test
    @DisplayName("The jitter is drawn once per token (R46)")
    void jitterSpreadsPodsAndRequestsDoNotChangeIt() {
        RefreshPolicy jittery = Policies.withJitter(0.1);
        Random random = new Random(7);
        int[] tenths = new int[10];
        for (int pod = 0; pod < 1000; pod++) {
            long due = jittery.validity(Duration.ofHours(1), null, core.time.now(), random)
                    .dueNanos();
            double share = (due / 1e9 - 60) / 360;
            tenths[(int) Math.min(9, share * 10)]++;
        }
        assertThat(tenths).satisfies(counts -> {
            for (int count : counts) {
                assertThat(count).isBetween(60, 140);
            }
        });

        Core pod = new Core(jittery, 10);
        pod.startWithLifetime(Duration.ofHours(1));
        var planned = pod.service.status().nextRefreshAt();
        for (int i = 0; i < 1_000_000; i++) {
            var unused = pod.service
                    .token(TokenRequest.any(Core.WAIT), Core.CALLER)
                    .subscribe()
                    .with(token -> {});
        }
        assertThat(pod.service.status().nextRefreshAt()).isEqualTo(planned);
        assertThat(pod.posts()).isEqualTo(1);
    }
}

package dev.tokensidecar.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.time.VirtualTime;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CallBudgetTest {

    private final VirtualTime time = new VirtualTime();
    private final CallBudget budget = new CallBudget(time);

    private int taken(int attempts, boolean write) {
        return (int) IntStream.range(0, attempts)
                .filter(attempt -> budget.take(write))
                .count();
    }

    @Test
    void thirtyCallsAtOnceAreTheLimit() {
        assertThat(taken(100, true)).isEqualTo(30);
        assertThat(taken(1, true)).isZero();
    }

    @Test
    void theLastFiveCallsAreForWrites() {
        assertThat(taken(100, false)).isEqualTo(25);
        assertThat(taken(100, true)).isEqualTo(5);
    }

    @Test
    void aMinuteOfConstantAttemptsGetsAtMost120Calls() {
        int first = 0;
        int second = 0;
        for (int tick = 0; tick < 6000; tick++) {
            first += taken(3, true);
            time.advance(Duration.ofMillis(10));
        }
        for (int tick = 0; tick < 6000; tick++) {
            second += taken(3, true);
            time.advance(Duration.ofMillis(10));
        }

        assertThat(first).isBetween(118, 120);
        assertThat(second).isBetween(89, 91);
    }

    @Test
    void anIdleHourSavesUpNoMoreThanThirtyCalls() {
        time.advance(Duration.ofHours(1));

        assertThat(taken(100, true)).isEqualTo(30);
    }

    @Test
    void aPauseEndsByItself() {
        assertThat(budget.pauseLeft()).isZero();

        budget.pause(Duration.ofSeconds(7));
        assertThat(budget.pauseLeft()).isEqualTo(Duration.ofSeconds(7));
        time.advance(Duration.ofSeconds(6));
        assertThat(budget.pauseLeft()).isEqualTo(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(2));
        assertThat(budget.pauseLeft()).isZero();
    }

    @Test
    void aShorterPauseDoesNotEndALongerOne() {
        budget.pause(Duration.ofSeconds(7));
        budget.pause(Duration.ofSeconds(1));

        assertThat(budget.pauseLeft()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void nobodyCanAskForAPauseOfDays() {
        budget.pause(Duration.ofDays(7));

        assertThat(budget.pauseLeft()).isEqualTo(Duration.ofMinutes(5));
    }
}

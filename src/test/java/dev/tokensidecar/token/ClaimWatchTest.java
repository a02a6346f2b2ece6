package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClaimWatchTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Claim CLAIM =
            new Claim(new ProcessId("pod-1", "pod-1", "run-1"), null, "default", Instant.ofEpochSecond(1));

    private final ClaimWatch watch = new ClaimWatch();

    /** The clocks after so many seconds, during which the machine was suspended for some. */
    private static Moment after(long seconds, long suspended) {
        return new Moment(Duration.ofSeconds(seconds - suspended).toNanos(), 1_000_000 + seconds * 1000);
    }

    private Duration left(String version, Moment now) {
        return watch.untilStale(CLAIM, version, TIMEOUT, now);
    }

    @Test
    void aClaimIsStaleAfterTheTimeoutOfItsRequestAndAMargin() {
        assertThat(left("1", after(0, 0))).isEqualTo(PATIENCE);
        assertThat(left("1", after(10, 0))).isEqualTo(Duration.ofSeconds(10));
        assertThat(left("1", after(20, 0))).isZero();
    }

    @Test
    void anotherVersionBeginsAnew() {
        assertThat(left("1", after(0, 0))).isEqualTo(PATIENCE);
        assertThat(left("2", after(10, 0))).isEqualTo(PATIENCE);
    }

    @Test
    void anObserverThatSawNothingForLongBeginsAnew() {
        assertThat(left("1", after(0, 0))).isEqualTo(PATIENCE);
        assertThat(left("1", after(16, 0))).isEqualTo(PATIENCE);
    }

    /** The monotonic clock stops meanwhile. */
    @Test
    void anObserverWhoseMachineWasSuspendedBeginsAnew() {
        assertThat(left("1", after(0, 0))).isEqualTo(PATIENCE);
        assertThat(left("1", after(10, 0))).isEqualTo(Duration.ofSeconds(10));
        assertThat(left("1", after(60, 45))).isEqualTo(PATIENCE);
    }
}

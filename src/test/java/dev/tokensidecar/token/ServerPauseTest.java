package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The pause between requests to a server that has failed, in virtual time and without jitter. */
class ServerPauseTest {

    /** Makes each pause as long as it may be. */
    private static final RandomGenerator LONGEST = new RandomGenerator() {
        @Override
        public long nextLong() {
            return 0;
        }

        @Override
        public long nextLong(long bound) {
            return bound - 1;
        }
    };

    private static final BackOff BACK_OFF =
            new BackOff(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(1));

    private final VirtualTime time = new VirtualTime();
    private final ServerPause pause = new ServerPause(BACK_OFF, LONGEST);

    private static Unavailable failure(@Nullable Duration retryAfter) {
        return new Unavailable("http_503", "it is down", false, false, retryAfter);
    }

    private void fails(@Nullable Duration retryAfter) {
        pause.failed(failure(retryAfter), time.now(), time.now());
    }

    private @Nullable Duration left() {
        RefreshFailure current = pause.current(time.now());
        return current == null ? null : current.retryAfter();
    }

    private void advance(long millis) {
        time.advance(Duration.ofMillis(millis));
    }

    @Test
    void thereIsNoneBeforeAFailure() {
        assertThat(left()).isNull();
    }

    @Test
    void itLastsUntilTheRetryAndSaysHowLong() {
        fails(null);
        assertThat(left()).isEqualTo(Duration.ofSeconds(1));

        advance(999);
        assertThat(left()).isEqualTo(Duration.ofMillis(1));

        advance(1);
        assertThat(left()).isNull();
    }

    @Test
    void furtherFailuresMakeItLonger() {
        fails(null);
        advance(1000);
        fails(null);
        assertThat(left()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void requestsOnTheirWayCountAsOneFailure() {
        Moment sent = time.now();
        advance(10);
        fails(null);
        pause.failed(failure(null), sent, time.now());
        pause.failed(failure(null), sent, time.now());
        assertThat(left()).isEqualTo(Duration.ofSeconds(1));

        advance(1000);
        fails(null);
        assertThat(left()).as("the second failure in a row").isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aRequestOnItsWayMayMakeItLongerAndNeverShorter() {
        Moment sent = time.now();
        advance(10);
        fails(null);

        pause.failed(failure(Duration.ofSeconds(30)), sent, time.now());
        assertThat(left()).isEqualTo(Duration.ofSeconds(30));

        pause.failed(failure(Duration.ofSeconds(5)), sent, time.now());
        assertThat(left()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aResponseToALaterRequestEndsIt() {
        fails(Duration.ofSeconds(30));
        advance(10);

        pause.responded(time.now());
        assertThat(left()).isNull();

        fails(null);
        assertThat(left()).as("the first failure in a row").isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void aResponseToARequestFromBeforeSaysNothing() {
        Moment sent = time.now();
        advance(10);
        fails(Duration.ofSeconds(30));

        pause.responded(sent);

        assertThat(left()).isEqualTo(Duration.ofSeconds(30));
    }
}

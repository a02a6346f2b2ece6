package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.introspection.InactiveReason;
import dev.tokensidecar.introspection.IntrospectionListener.FetchCause;
import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.RefreshFailure.Unavailable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strangers cause these lines, so there are few of them. */
class IntrospectionLogTest {

    private static final String CATEGORY = IntrospectionLog.class.getName();

    private final VirtualTime time = new VirtualTime();
    private final IntrospectionLog log = new IntrospectionLog(time);

    private static List<String> messages(LogCapture capture) {
        return capture.lines().stream()
                .map(line -> line.substring(CATEGORY.length()).strip())
                .toList();
    }

    @Test
    void eachReasonHasOneLineAMinuteWithTheNumberOfTokens() {
        try (LogCapture lines = LogCapture.of(CATEGORY)) {
            for (int second = 0; second <= 60; second++) {
                log.inactive("orders", InactiveReason.EXPIRED);
                log.inactive(null, InactiveReason.MALFORMED);
                time.advance(Duration.ofSeconds(1));
            }

            assertThat(messages(lines))
                    .containsExactly(
                            "a token is not active issuer=orders reason=expired tokens=1",
                            "a token is not active issuer=none reason=malformed tokens=1",
                            "a token is not active issuer=orders reason=expired tokens=60",
                            "a token is not active issuer=none reason=malformed tokens=60");
        }
    }

    @Test
    void aServerThatFailsAtEverySecondTokenHasTwoLinesAMinute() {
        try (LogCapture lines = LogCapture.of(CATEGORY)) {
            Unavailable failure = Unavailable.unprocessed("http_500", "the authorization server answered 500");
            for (int i = 0; i < 120; i++) {
                log.asked("orders", Duration.ZERO, failure);
                log.asked("orders", Duration.ZERO, null);
                time.advance(Duration.ofMillis(500));
            }

            assertThat(messages(lines)).hasSize(2);
            log.asked("orders", Duration.ZERO, failure);
            log.asked("orders", Duration.ZERO, null);
            assertThat(messages(lines)).hasSize(4);
        }
    }

    @Test
    void anOutageHasALineAtItsBeginningAndOneAtItsEnd() {
        try (LogCapture lines = LogCapture.of(CATEGORY)) {
            Unavailable down = Unavailable.unprocessed("connect_failed", "no connection to login.example.com:443");
            log.keysFetched("orders", FetchCause.SCHEDULE, 2, null);
            log.keysFetched("orders", FetchCause.SCHEDULE, 2, down);
            log.keysFetched("orders", FetchCause.UNKNOWN_KEY, 2, down);
            log.keysFetched("orders", FetchCause.SCHEDULE, 3, null);
            log.asked("orders", Duration.ZERO, down);
            log.asked("orders", Duration.ZERO, down);
            log.asked("orders", Duration.ZERO, null);

            assertThat(messages(lines))
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .startsWith("cannot fetch the keys of an issuer issuer=orders"
                                            + " error=connect_failed detail=\"no connection to"
                                            + " login.example.com:443\" keys=2"),
                            line -> assertThat(line)
                                    .isEqualTo("the keys of an issuer can be fetched again issuer=orders keys=3"),
                            line -> assertThat(line)
                                    .startsWith("the introspection endpoint gives no usable response issuer=orders"),
                            line -> assertThat(line)
                                    .isEqualTo("the introspection endpoint responds again issuer=orders"));
        }
    }
}

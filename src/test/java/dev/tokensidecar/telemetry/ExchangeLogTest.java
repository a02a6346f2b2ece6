package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.RefreshFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExchangeLogTest {

    private static final Logger LOGGER = Logger.getLogger("dev.tokensidecar.exchange");

    private final List<String> lines = new ArrayList<>();
    private final VirtualTime time = new VirtualTime();
    private final ExchangeLog log = new ExchangeLog("orders", time);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + new PatternFormatter("%m").format(ExtLogRecord.wrap(line)));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
        LOGGER.setLevel(Level.ALL);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
    }

    private void fail(String error, boolean ofCaller) {
        log.exchangeStarting()
                .failed(
                        ofCaller
                                ? new RefreshFailure.InvalidGrant(error, "the server says no")
                                : RefreshFailure.Unavailable.unprocessed(error, "the server is down"),
                        Duration.ofMillis(7));
    }

    @Test
    void anOutageIsOneWarningAndItsEndOneLine() {
        fail("http_503", false);
        fail("http_503", false);
        fail("timeout", false);
        log.exchangeStarting().succeeded(Duration.ZERO);
        log.exchangeStarting().succeeded(Duration.ZERO);
        fail("http_503", false);

        assertThat(lines)
                .extracting(line -> line.replaceAll(" took_ms.*", ""))
                .containsExactly(
                        "WARN token exchange failed token=orders error=http_503",
                        "DEBUG token exchange failed token=orders error=http_503",
                        "WARN token exchange failed token=orders error=timeout",
                        "INFO token exchange works again token=orders",
                        "WARN token exchange failed token=orders error=http_503");
        assertThat(lines.getFirst()).endsWith("detail=\"the server is down\"");
    }

    /** A response without a bearer token concerns one caller, but that caller's token is not what is wrong. */
    @Test
    void anUnusableResponseIsNoRejectionOfTheUser() {
        log.exchangeStarting().failed(RefreshFailure.InvalidResponse.ofToken("no bearer token"), Duration.ZERO);

        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("WARN token exchange failed token=orders error=invalid_response ");
    }

    @Test
    void aRejectedUserIsRoutineAndLoggedOnceAMinute() {
        fail("invalid_grant", true);
        fail("invalid_grant", true);
        fail("access_denied", true);
        time.advance(Duration.ofMinutes(1));
        fail("invalid_grant", true);

        assertThat(lines)
                .extracting(line -> line.replaceAll(" cure.*", ""))
                .containsExactly(
                        "INFO token of a user rejected token=orders error=invalid_grant",
                        "INFO token of a user rejected token=orders error=access_denied",
                        "INFO token of a user rejected token=orders error=invalid_grant");
    }
}

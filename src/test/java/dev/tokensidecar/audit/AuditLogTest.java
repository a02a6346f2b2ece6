package dev.tokensidecar.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.log.LogCapture;
import dev.tokensidecar.testing.log.LogFields;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.Connection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditLogTest {

    private static final String CATEGORY = "dev.tokensidecar.audit";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTime time = new VirtualTime();
    private final List<Integer> lookups = new ArrayList<>();
    private final AuditLog log = new AuditLog(this::users, time, time);
    private LogCapture capture = LogCapture.of(CATEGORY);

    @BeforeEach
    void start() {
        settle();
    }

    @AfterEach
    void close() {
        capture.close();
    }

    /** The port of the caller is the number of its user; 0 for nobody. */
    private List<String> users(List<Connection> connections) {
        lookups.add(connections.size());
        return connections.stream()
                .map(connection -> ((InetSocketAddress) connection.caller()).getPort())
                .map(port -> port == 0 ? "" : Integer.toString(port))
                .toList();
    }

    private static AuditedConnection tcp(int user) {
        InetSocketAddress listener = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8191);
        InetSocketAddress caller = new InetSocketAddress(InetAddress.getLoopbackAddress(), user);
        return new AuditedConnection(CallerIdentity.unknown("tcp"), new Connection(caller, listener));
    }

    private static AuditedConnection unix(String process) {
        return new AuditedConnection(new CallerIdentity("orders", "1000", process, "unknown"), null);
    }

    private void handOut(AuditedConnection caller, int requests) {
        for (int i = 0; i < requests; i++) {
            log.record(caller, "orders", 1, AuditLog.HANDED_OUT);
        }
    }

    /** Lets the log look up users; less than a minute passes. */
    private void settle() {
        time.advance(AuditLog.BETWEEN_LOOKUPS);
    }

    /** Returns the lines since the last call. */
    private List<String> lines() {
        List<String> lines = capture.lines().stream()
                .map(line -> line.substring(CATEGORY.length()).strip())
                .toList();
        capture.close();
        capture = LogCapture.of(CATEGORY);
        return lines;
    }

    @Test
    void theFirstRequestHasALineAtOnceAndFurtherOnesAreCounted() {
        AuditedConnection curl = unix("curl");
        handOut(curl, 1);
        settle();
        assertThat(lines())
                .containsExactly("token handed out token=orders generation=1 listener=orders user=1000 process=curl"
                        + " container=unknown requests=1");

        handOut(curl, 5);
        handOut(unix("curl"), 2);
        settle();
        assertThat(lines()).isEmpty();
        time.advance(MINUTE);
        assertThat(lines())
                .containsExactly("token handed out token=orders generation=1 listener=orders user=1000 process=curl"
                        + " container=unknown requests=7");

        time.advance(MINUTE.multipliedBy(2));
        assertThat(lines()).as("nobody asked").isEmpty();
    }

    /** Every request is in exactly one line, also those that come before the log knows their caller. */
    @Test
    void noRequestIsLost() {
        AuditedConnection caller = tcp(1000);
        handOut(caller, 3);
        settle();
        handOut(caller, 4);
        time.advance(MINUTE.multipliedBy(3));
        handOut(caller, 5);
        settle();
        handOut(caller, 6);
        log.close();

        assertThat(lines())
                .extracting(line -> LogFields.of(line).get("requests"))
                .containsExactly("3", "4", "5", "6");
    }

    @Test
    void eachGenerationAndEachErrorHasItsLine() {
        AuditedConnection caller = tcp(1000);
        log.record(caller, "orders", 1, AuditLog.HANDED_OUT);
        log.record(caller, "orders", 2, AuditLog.HANDED_OUT);
        log.record(caller, "orders", 0, "temporarily_unavailable");
        log.record(caller, null, 0, "foreign_host");
        settle();

        String who = " listener=tcp user=1000 process=unknown container=unknown requests=1";
        assertThat(lines())
                .containsExactly(
                        "token handed out token=orders generation=1" + who,
                        "token handed out token=orders generation=2" + who,
                        "no token handed out token=orders error=temporarily_unavailable" + who,
                        "no token handed out token=none error=foreign_host" + who);
    }

    @Test
    void usersOfManyConnectionsAreLookedUpAtOnce() {
        for (int user = 0; user < 50; user++) {
            handOut(tcp(user), 2);
        }
        settle();
        assertThat(lookups).containsExactly(50);
        assertThat(lines()).hasSize(50).first().asString().contains("user=unknown");

        handOut(tcp(7), 1);
        handOut(tcp(8), 1);
        settle();
        assertThat(lookups).containsExactly(50, 2);
    }

    /** Whoever can choose the names of processes can choose neither the fields nor the lines of the log. */
    @Test
    void theNameOfAProcessIsOneValue() {
        String forged = "x user=0 cure=\"\n\u202e";
        handOut(unix(forged), 1);
        settle();

        assertThat(lines()).singleElement().satisfies(line -> {
            assertThat(line).doesNotContain("\n");
            assertThat(LogFields.of(line)).containsEntry("user", "1000").containsKey("process");
            assertThat(LogFields.of(line)).doesNotContainKey("cure");
        });
    }

    /** A user hides at most its own processes by inventing names. */
    @Test
    void aUserWithManyProcessesHasALimitedNumberOfLines() {
        for (int i = 0; i < 500; i++) {
            handOut(unix("p" + i), 1);
        }
        handOut(tcp(1001), 1);
        settle();
        assertThat(lines())
                .hasSize(AuditLog.MAX_TALLIES_PER_USER + 2)
                .anyMatch(line -> line.contains("process=others"))
                .last()
                .asString()
                .contains("user=1001");

        time.advance(MINUTE.multipliedBy(2));
        assertThat(lines()).singleElement().asString().contains("process=others", "requests=399");
        handOut(unix("another"), 1);
        settle();
        assertThat(lines()).singleElement().asString().contains("process=another");
    }

    /** A process can choose its name, and not its container. */
    @Test
    void aContainerCannotHideBehindAnother() {
        for (int i = 0; i < AuditLog.MAX_TALLIES_PER_USER; i++) {
            handOut(unix("p" + i), 1);
        }
        handOut(new AuditedConnection(new CallerIdentity("orders", "1000", "curl", "0a1b"), null), 1);
        settle();

        assertThat(LogFields.of(lines().getLast()))
                .containsEntry("process", "others")
                .containsEntry("container", "0a1b");
    }

    @Test
    void aGapHasALine() {
        for (int i = 0; i <= AuditLog.MAX_QUEUED; i++) {
            handOut(tcp(1000), 1);
        }
        time.advance(MINUTE);

        assertThat(lines())
                .extracting(LogFields::of)
                .extracting(fields -> fields.get("requests"))
                .containsExactly("1", Integer.toString(AuditLog.MAX_QUEUED - 1), "1");
    }

    @Test
    void theFieldsAreAlwaysTheSame() {
        handOut(tcp(0), 1);
        settle();

        assertThat(LogFields.of(lines().getFirst()))
                .isEqualTo(Map.of(
                        "token", "orders",
                        "generation", "1",
                        "listener", "tcp",
                        "user", "unknown",
                        "process", "unknown",
                        "container", "unknown",
                        "requests", "1"));
    }
}

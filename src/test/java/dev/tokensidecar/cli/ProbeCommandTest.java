package dev.tokensidecar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The requests, output and exit codes of the probe command. */
@Timeout(30)
class ProbeCommandTest {

    private final Map<String, String> environment = new HashMap<>();
    private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
    private final Queue<String> paths = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private CommandRun run = new CommandRun(-1, "", "");

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            paths.add(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(statuses.isEmpty() ? 200 : statuses.remove(), -1);
            exchange.close();
        });
        server.start();
        environment.put(
                "QUARKUS_MANAGEMENT_PORT", Integer.toString(server.getAddress().getPort()));
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private int probe(String... arguments) {
        run = CommandRun.of(environment, "", arguments);
        return run.exitCode();
    }

    private String output() {
        return run.out();
    }

    @ParameterizedTest
    @ValueSource(strings = {"started", "ready", "live"})
    void eachCheckRequestsItsEndpoint(String check) {
        assertThat(probe("probe", check)).isZero();

        assertThat(paths).containsExactly("/q/health/" + check);
        assertThat(output()).isEqualTo(check + ": up\n");
    }

    @Test
    void aCheckThatIsDownFails() {
        statuses.add(503);

        assertThat(probe("probe", "ready")).isEqualTo(1);

        assertThat(output()).isEqualTo("ready: down (HTTP 503)\n");
    }

    @Test
    void aConnectionFailureFails() {
        int nobody = ChildProcess.freePort();
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(nobody));

        assertThat(probe("probe", "live")).isEqualTo(1);

        assertThat(output()).isEqualTo("live: no response from 127.0.0.1:" + nobody + "\n");
    }

    @Test
    void itWaitsUntilTheCheckIsUp() {
        statuses.addAll(List.of(503, 404, 503));

        assertThat(probe("probe", "started", "--wait=20s")).isZero();

        assertThat(paths).hasSize(4);
        assertThat(output()).isEqualTo("started: up\n");
    }

    @Test
    void itWaitsNoLongerThanTheGivenTime() {
        environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(ChildProcess.freePort()));

        assertThat(probe("probe", "started", "--wait=0.3s")).isEqualTo(1);
    }

    @Test
    void theConfiguredHostIsUsed() {
        environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");

        assertThat(probe("probe", "live")).isZero();
    }

    @Test
    void aSystemPropertyOverridesAVariable() {
        String port = environment.put("QUARKUS_MANAGEMENT_PORT", "1");
        environment.put("QUARKUS_MANAGEMENT_HOST", "192.0.2.1");
        Map<String, String> properties =
                Map.of("quarkus.management.port", " " + port + " ", "quarkus.management.host", "");

        assertThat(CommandRun.of(environment, properties, "probe", "live").exitCode())
                .isZero();

        assertThat(CommandRun.of(environment, Map.of("quarkus.management.port", "x"), "probe", "live")
                        .err())
                .isEqualTo("token-sidecar: quarkus.management.port is not a port: x\n");
    }

    @Test
    void aServerThatClosesTheConnectionCountsAsNoResponse() throws IOException {
        statuses.add(200);
        try (var mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(mute.getLocalPort()));
            Thread.ofVirtual().start(() -> hangUp(mute));

            assertThat(probe("probe", "live")).isEqualTo(1);
        }
        assertThat(output()).startsWith("live: no response from 127.0.0.1:");
    }

    private static void hangUp(ServerSocket server) {
        try {
            server.accept().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "probe, 'Missing required parameter: ''CHECK'''",
        "probe alive, 'probe needs one of started, ready, live'",
        "probe ready now, 'Unmatched argument at index 2: ''now'''",
        "probe ready --wait=1s --wait=2s, 'option ''--wait'' (DURATION) should be specified only once'",
        "probe ready --wait=soon, 'Invalid value for option ''--wait'': ''soon'' is not a duration of at most a day, such as 60s or 2m'",
        "probe ready --wait=9999999h, 'Invalid value for option ''--wait'': ''9999999h'' is not a duration of at most a day, such as 60s or 2m'",
        "probe ready --wait=-1s, 'Invalid value for option ''--wait'': ''-1s'' is not a duration of at most a day, such as 60s or 2m'",
    })
    void invalidArgumentsAreReported(String line, String message) {
        assertThat(probe(line.split(" "))).isEqualTo(2);

        assertThat(run.err()).isEqualTo("token-sidecar: " + message + "\nSee 'token-sidecar help probe'.\n");
        assertThat(output()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "99999999", "70000", "0"})
    void anInvalidPortIsReported(String port) {
        environment.put("QUARKUS_MANAGEMENT_PORT", port);

        assertThat(probe("probe", "ready")).isEqualTo(1);

        assertThat(run.err()).isEqualTo("token-sidecar: QUARKUS_MANAGEMENT_PORT is not a port: " + port + "\n");
    }
}

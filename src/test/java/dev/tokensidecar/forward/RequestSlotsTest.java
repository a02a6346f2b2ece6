package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.token.Connection;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four slots, and a greedy user who wants all of them. */
@Timeout(60)
class RequestSlotsTest {

    private static final int SLOTS = 4;

    private final Set<Integer> greedyPorts = ConcurrentHashMap.newKeySet();
    private final List<RawHttp> greedy = new ArrayList<>();

    @AfterEach
    void close() {
        greedy.forEach(RawHttp::close);
    }

    private String group(Connection connection) {
        return greedyPorts.contains(((InetSocketAddress) connection.caller()).getPort()) ? "greedy" : "modest";
    }

    private ForwardScene.Builder scene() {
        return ForwardScene.builder().requests(SLOTS).groups(this::group);
    }

    /** Sends these lines on each of several connections of the greedy user. */
    private void greedy(ForwardScene scene, int connections, String... lines) throws Exception {
        for (int i = 0; i < connections; i++) {
            RawHttp connection = RawHttp.open(scene.port());
            greedyPorts.add(connection.localPort());
            greedy.add(connection);
            connection.goOn(String.join("\r\n", lines) + "\r\n\r\n");
        }
        scene.awaitBegun(connections);
    }

    private static int modest(ForwardScene scene) {
        try (RawHttp connection = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
            return connection.next().status();
        }
    }

    private static int modestLater(ForwardScene scene) throws InterruptedException {
        scene.letTimePass();
        return modest(scene);
    }

    @Test
    void missingBodiesDoNotKeepOtherUsersOut() throws Exception {
        try (ForwardScene scene = scene().open()) {
            greedy(scene, SLOTS, "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 100");

            assertThat(modest(scene)).isEqualTo(200);
            assertThat(List.of(scene.outcome(), scene.outcome())).containsExactly(Outcome.REFUSED, Outcome.ANSWERED);
            long closed = greedy.stream()
                    .filter(connection ->
                            connection.some(Duration.ofMillis(200)).contains("too_many_requests"))
                    .count();
            assertThat(closed).isEqualTo(1);
        }
    }

    @Test
    void aSingleUserMayOccupyAllSlots() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().requests(SLOTS).open()) {
            BlockingQueue<HttpServerRequest> pending = new LinkedBlockingQueue<>();
            scene.api.handle(pending::add);
            greedy(scene, SLOTS, "GET /api/ HTTP/1.1", "Host: localhost");
            for (int i = 0; i < SLOTS; i++) {
                assertThat(pending.poll(20, TimeUnit.SECONDS)).isNotNull();
            }

            assertThat(modest(scene)).isEqualTo(503);
            assertThat(modestLater(scene)).isEqualTo(503);
            assertThat(List.of(scene.outcome(), scene.outcome())).containsOnly(Outcome.REFUSED);
        }
    }

    @Test
    void aRequestThatTheApiMayHaveExecutedIsNotPreempted() throws Exception {
        try (ForwardScene scene = scene().open()) {
            BlockingQueue<HttpServerRequest> pending = new LinkedBlockingQueue<>();
            scene.api.handle(pending::add);
            greedy(scene, SLOTS, "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 0");
            for (int i = 0; i < SLOTS; i++) {
                assertThat(pending.poll(20, TimeUnit.SECONDS)).isNotNull();
            }

            assertThat(modest(scene)).isEqualTo(503);
            assertThat(modestLater(scene)).isEqualTo(503);
            assertThat(List.of(scene.outcome(), scene.outcome())).containsOnly(Outcome.REFUSED);
            assertThat(scene.outcomes).isEmpty();
        }
    }

    @Test
    void aCallerThatDoesNotReadIsPreempted() throws Exception {
        try (RawApi api = new RawApi((connection, line) -> {
                    if (line.contains("small")) {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    } else {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                        for (int i = 0; i < 1000; i++) {
                            connection.send("x".repeat(1_000_000));
                        }
                    }
                });
                ForwardScene scene = scene().targetPort(api.port()).open()) {
            greedy(scene, SLOTS, "GET /api/ HTTP/1.1", "Host: localhost");

            int status = 0;
            // at first the buffers of the operating system take the responses
            for (int attempt = 0; attempt < 1000 && status != 200; attempt++) {
                scene.letTimePass();
                try (RawHttp modest = RawHttp.send(scene.port(), "GET /api/small HTTP/1.1", "Host: localhost")) {
                    status = modest.next().status();
                }
            }
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void aSlowBodyTimesOut() throws Exception {
        try (ForwardScene scene = ForwardScene.builder()
                        .bodyTimeout(Duration.ofMillis(200))
                        .open();
                RawHttp slow = RawHttp.send(
                        scene.port(), "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 1000000")) {
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        slow.goOn("x");
                        java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                    }
                } catch (RuntimeException closed) {
                    // the sidecar closed the connection, as expected
                }
            });

            assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);
            drip.join();
        }
    }

    @Test
    void aSlowApiDoesNotCountAgainstTheBodyTimeout() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().bodyTimeout(Duration.ofMillis(200)).open()) {
            scene.api.handle(request -> {
                var unused = request.pause();
                scene.api.vertx().setTimer(1000, later -> {
                    scene.api.echo(request);
                    request.resume();
                });
            });
            byte[] body = new byte[32 * 1024 * 1024];

            assertThat(scene.send(scene.request("/api/").POST(BodyPublishers.ofByteArray(body)))
                            .join()
                            .body())
                    .hasSize(body.length);
        }
    }
}

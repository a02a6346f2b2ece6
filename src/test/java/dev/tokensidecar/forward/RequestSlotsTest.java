package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.token.Connection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
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
            connection.sendMore(String.join("\r\n", lines) + "\r\n\r\n");
        }
        scene.awaitBegun(connections);
    }

    private static int modest(ForwardScene scene) {
        try (RawHttp connection = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
            return connection.readResponse().status();
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
                            connection.readUntilSilent(Duration.ofMillis(200)).contains("too_many_requests"))
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

    /** Fills the slots with requests that the API holds; it echoes everything else. */
    private BlockingQueue<HttpServerRequest> heldPosts(ForwardScene scene) throws Exception {
        BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
        scene.api.handle(request -> {
            if (request.method().equals(HttpMethod.POST)) {
                held.add(request);
            } else {
                scene.api.echo(request);
            }
        });
        greedy(scene, SLOTS, "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 0");
        return held;
    }

    /** The survey repeats while somebody waits: a request that could not be preempted before may be by then. */
    @Test
    void aUserBelowItsShareGetsASlotAsSoonAsOneCanBePreempted() throws Exception {
        try (ForwardScene scene = scene().open()) {
            BlockingQueue<HttpServerRequest> held = heldPosts(scene);
            try (RawHttp modest = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
                scene.awaitBegun(1);
                for (int i = 0; i < SLOTS; i++) {
                    var unused = held.take().response().setChunked(true).write("some of it");
                }
                for (RawHttp connection : greedy) {
                    assertThat(connection.head().status()).isEqualTo(200);
                }

                scene.letTimePass();

                assertThat(modest.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void theApiGetsNoRequestOfACallerThatLeftWhileWaitingForASlot() throws Exception {
        try (ForwardScene scene = scene().open()) {
            BlockingQueue<HttpServerRequest> held = new LinkedBlockingQueue<>();
            scene.api.handle(held::add);
            greedy(scene, SLOTS, "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 0");
            List<HttpServerRequest> pending = new ArrayList<>();
            for (int i = 0; i < SLOTS; i++) {
                pending.add(held.take());
            }
            RawHttp modest = RawHttp.send(scene.port(), "POST /api/ HTTP/1.1", "Host: localhost", "Content-Length: 5");
            scene.awaitBegun(1);
            modest.sendMore("hello");
            modest.close();
            assertThat(scene.outcome()).isEqualTo(Outcome.CANCELLED);

            scene.api
                    .vertx()
                    .runOnContext(
                            now -> pending.forEach(request -> request.response().end()));
            for (int i = 0; i < SLOTS; i++) {
                assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
            }
            assertThat(held).isEmpty();
        }
    }

    @Test
    void aRequestBelowItsShareDoesNotWaitForEver() throws Exception {
        try (ForwardScene scene = scene().idleTimeout(Duration.ofMillis(200)).open()) {
            InetSocketAddress greedyAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            greedyPorts.add(greedyAddress.getPort());
            for (int i = 0; i < SLOTS; i++) {
                scene.occupySlot(new Connection(greedyAddress, greedyAddress));
            }

            try (RawHttp connection = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
                assertThat(connection.readResponse().body())
                        .contains("too_many_requests", "none of them ended in time");
            }
            assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
        }
    }

    @Test
    void aRequestBelowItsShareGetsTheNextFreeSlot() throws Exception {
        try (ForwardScene scene = scene().open()) {
            BlockingQueue<HttpServerRequest> held = heldPosts(scene);
            HttpServerRequest first = held.poll(20, TimeUnit.SECONDS);
            try (RawHttp modest = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
                scene.awaitBegun(1);
                assertThat(modest.readUntilSilent(Duration.ofMillis(200))).isEmpty();
                assertThat(scene.outcomes).isEmpty();

                scene.api.vertx().runOnContext(now -> first.response().end());

                assertThat(modest.readResponse().status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aStartedResponseIsBrokenOffForAUserBelowItsShare() throws Exception {
        try (ForwardScene scene = scene().open()) {
            scene.api.handle(request -> {
                if (request.uri().endsWith("stream")) {
                    var unused = request.response().setChunked(true).write("some of it");
                } else {
                    scene.api.echo(request);
                }
            });
            greedy(scene, SLOTS, "GET /api/stream HTTP/1.1", "Host: localhost");
            for (RawHttp connection : greedy) {
                assertThat(connection.head().status()).isEqualTo(200);
            }

            assertThat(modest(scene)).isEqualTo(200);
            assertThat(List.of(scene.outcome(), scene.outcome())).containsExactly(Outcome.REFUSED, Outcome.ANSWERED);
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
                        slow.sendMore("x");
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
                ForwardScene.builder().bodyTimeout(Duration.ofSeconds(1)).open()) {
            scene.api.handle(request -> {
                var unused = request.pause();
                scene.api.vertx().setTimer(3000, later -> {
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

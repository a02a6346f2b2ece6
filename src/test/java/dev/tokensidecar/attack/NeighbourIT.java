package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another user of the pod that uses the ports of the application's connections on another address. */
@Timeout(120)
class NeighbourIT {

    private static final int SLOTS = 8;
    private static final String REQUEST_HEAD = "GET /token HTTP/1.1\r\nHost: localhost\r\n";

    @TempDir
    Path directory;

    private AttackScene scene;

    @BeforeEach
    void open() throws Exception {
        scene = new AttackScene(NeighbourIT.class, directory);
        scene.testBed().set("SIDECAR_TOKEN_HTTP_MAX_WAITERS", Integer.toString(SLOTS));
        scene.testBed().set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "25s");
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    @Test
    void theSamePortsAtAnotherAddressTakeNobodysShare() throws Exception {
        scene.testBed().server().faults().next(Fault.hold());
        SidecarProcess sidecar = scene.live();
        scene.testBed().server().awaitHeld(1);
        int ourPort = sidecar.api("/").getPort();
        List<Integer> ports = IntStream.range(0, SLOTS)
                .mapToObj(slot -> ChildProcess.freePort())
                .toList();
        List<ChildProcess> impostors = new ArrayList<>();
        List<RawHttp> victims = new ArrayList<>();
        try {
            ports.forEach(port -> impostors.add(impostor(sidecar, port)));
            sidecar.awaitWaiters(SLOTS);
            ports.forEach(port -> victims.add(victim(port, ourPort)));
            sidecar.await("evicted", () -> rejectedNow(impostors) >= SLOTS / 2);
            scene.testBed().server().release();

            assertThat(victims.stream().filter(victim -> victim.readResponse().status() == 200))
                    .as("victims with a token")
                    .hasSize(SLOTS / 2);
        } finally {
            victims.forEach(RawHttp::close);
            impostors.forEach(ChildProcess::close);
        }
    }

    private static long rejectedNow(List<ChildProcess> impostors) {
        return impostors.stream()
                .filter(impostor -> impostor.log().contains("too_many_waiters"))
                .count();
    }

    private static RawHttp victim(int port, int ourPort) {
        return RawHttp.from(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ourPort)
                .send(REQUEST_HEAD + "\r\n");
    }

    private static ChildProcess impostor(SidecarProcess sidecar, int port) {
        return ChildProcess.start(
                List.of(
                        "setpriv",
                        "--reuid=10001",
                        "--regid=10001",
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "--interface",
                        "127.0.0.2",
                        "--local-port",
                        Integer.toString(port),
                        sidecar.api("/token").toString()),
                Map.of(),
                Path.of("target", "NeighbourIT-curl-" + port + ".log"));
    }

    /**
     * The end of one request is a whole request by itself, but an invalid one, because it has no Host. Two folded lines
     * stand for the two lines that arrived before.
     */
    @Test
    void noResponseIsRepeatedForAnInvalidRequest() throws Exception {
        SidecarProcess sidecar = scene.sidecar();
        int port = sidecar.api("/").getPort();
        String bytes = "GET /token HTTP/1.1\r\nX-Y: a\r\n b\r\n c\r\n\r\n";
        try (RawHttp connection = RawHttp.open(port).readTimeout(Duration.ofSeconds(5))) {
            assertThat(connection.send(REQUEST_HEAD + "\r\n").readResponse().status())
                    .isEqualTo(200);
            var unused = connection.send(REQUEST_HEAD + "X-Z: ");
            awaitRead(port);
            if (isServed(connection.send(bytes))) {
                assertThat(isServed(connection.send(bytes))).isFalse();
            }
        }
        try (RawHttp connection = RawHttp.open(port).readTimeout(Duration.ofSeconds(5))) {
            assertThat(isServed(connection.send(bytes))).isFalse();
        }
    }

    private static boolean isServed(RawHttp connection) {
        try {
            return connection.readResponse().status() == 200;
        } catch (AssertionError | RuntimeException closedOrWithoutLength) {
            return false;
        }
    }

    /** Waits until the event loop has read earlier bytes: it has once it responds to later ones. */
    private static void awaitRead(int port) throws IOException {
        for (int rounds = 0; rounds < 2; rounds++) {
            try (RawHttp other = RawHttp.open(port)) {
                assertThat(other.send(REQUEST_HEAD + "\r\n").readResponse().status())
                        .isEqualTo(200);
            }
        }
    }
}

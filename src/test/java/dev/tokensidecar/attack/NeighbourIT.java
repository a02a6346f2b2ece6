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

/** Another user of the pod that takes the ports of the application's connections at another address. */
@Timeout(120)
class NeighbourIT {

    private static final int PLACES = 8;
    private static final String QUESTION = "GET /token HTTP/1.1\r\nHost: localhost\r\n";

    @TempDir
    Path directory;

    private AttackScene scene;

    @BeforeEach
    void open() throws Exception {
        scene = new AttackScene(NeighbourIT.class, directory);
        scene.testBed().set("SIDECAR_TOKEN_HTTP_MAX_WAITERS", Integer.toString(PLACES));
        scene.testBed().set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "25s");
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
    }

    @Test
    void whoTakesTheSamePortsAtAnotherAddressTakesNobodysShare() throws Exception {
        scene.testBed().server().faults().next(Fault.hold());
        SidecarProcess sidecar = scene.live();
        scene.testBed().server().awaitHeld(1);
        int ourPort = sidecar.api("/").getPort();
        List<Integer> ports = IntStream.range(0, PLACES)
                .mapToObj(place -> ChildProcess.freePort())
                .toList();
        List<ChildProcess> impostors = new ArrayList<>();
        List<RawHttp> victims = new ArrayList<>();
        try {
            ports.forEach(port -> impostors.add(impostor(sidecar, port)));
            sidecar.awaitWaiters(PLACES);
            ports.forEach(port -> victims.add(victim(port, ourPort)));
            sidecar.await("pushed out", () -> refusedNow(impostors) >= PLACES / 2);
            scene.testBed().server().release();

            assertThat(victims.stream().filter(victim -> victim.next().status() == 200))
                    .as("victims with a token")
                    .hasSize(PLACES / 2);
        } finally {
            victims.forEach(RawHttp::close);
            impostors.forEach(ChildProcess::close);
        }
    }

    private static long refusedNow(List<ChildProcess> impostors) {
        return impostors.stream()
                .filter(impostor -> impostor.log().contains("too_many_waiters"))
                .count();
    }

    private static RawHttp victim(int port, int ourPort) {
        return RawHttp.from(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ourPort)
                .say(QUESTION + "\r\n");
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
     * The end of one request that is a whole one by itself, which nobody would answer: it has no Host. Two folded lines make
     * up for the two that came before.
     */
    @Test
    void anAnswerIsNotRepeatedForBytesThatNobodyWouldAnswer() throws Exception {
        SidecarProcess sidecar = scene.sidecar();
        int port = sidecar.api("/").getPort();
        String bytes = "GET /token HTTP/1.1\r\nX-Y: a\r\n b\r\n c\r\n\r\n";
        try (RawHttp connection = RawHttp.open(port).patience(Duration.ofSeconds(5))) {
            assertThat(connection.say(QUESTION + "\r\n").next().status()).isEqualTo(200);
            var unused = connection.say(QUESTION + "X-Z: ");
            awaitRead(port);
            if (isAnswered(connection.say(bytes))) {
                assertThat(isAnswered(connection.say(bytes))).isFalse();
            }
        }
        try (RawHttp connection = RawHttp.open(port).patience(Duration.ofSeconds(5))) {
            assertThat(isAnswered(connection.say(bytes))).isFalse();
        }
    }

    private static boolean isAnswered(RawHttp connection) {
        try {
            return connection.next().status() == 200;
        } catch (AssertionError | RuntimeException closedOrWithoutLength) {
            return false;
        }
    }

    /** The event loop has read what came before as soon as it has answered something that came after. */
    private static void awaitRead(int port) throws IOException {
        for (int rounds = 0; rounds < 2; rounds++) {
            try (RawHttp other = RawHttp.open(port)) {
                assertThat(other.say(QUESTION + "\r\n").next().status()).isEqualTo(200);
            }
        }
    }
}

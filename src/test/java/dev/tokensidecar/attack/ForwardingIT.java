package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ChildProcess;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile APIs and hostile callers of forwarding mode. */
@Timeout(300)
class ForwardingIT {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("attack.seconds", 1));
    private static final Duration REFRESH = Duration.ofSeconds(4);
    private static final int ROUNDS = 5;
    private static final int REJECTION_BYTES = 60_000;
    private static final int LARGE_BYTES = 20_000_000;
    private static final int PIECE_BYTES = 8192;
    private static final int SMALL_FIELDS = 21_000;
    /** With the status one less than are allowed, of 64 KiB. */
    private static final int LARGE_FIELDS = 198;

    private static final int LARGE_FIELD_BYTES = 320;
    private static final int PAUSE_MILLIS = 50;
    private static final String OK_UP_TO_LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: ";

    @TempDir
    static Path directory;

    private static AttackScene scene;

    @BeforeAll
    static void open() throws Exception {
        scene = new AttackScene(ForwardingIT.class, directory);
        scene.testBed().set("SIDECAR_TOKEN_REFRESH_REJECTED_INTERVAL", "0s");
        scene.testBed().set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
    }

    @AfterAll
    static void close() throws Exception {
        scene.close();
    }

    @BeforeEach
    void start() throws Exception {
        var running = scene.sidecar();
        assertThat(AttackScene.isAlive(running)).isTrue();
    }

    private RawHttp.Response send(String method, String target) {
        try (RawHttp connection = RawHttp.open(scene.forwardingPort()).readTimeout(Duration.ofSeconds(10))) {
            return connection
                    .send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .readUntilClosed();
        }
    }

    /** Alice sends a request, and Bob as soon as she has a response or none, several times. */
    private void expectOwnResponses() {
        for (int round = 0; round < ROUNDS; round++) {
            String alice = bodyOrNothing("/alice");
            String bob = bodyOrNothing("/bob");

            assertThat(bob).as("what Bob gets").doesNotContain("alice");
            assertThat(alice).as("what Alice gets").doesNotContain("bob");
        }
    }

    private String bodyOrNothing(String target) {
        try {
            return send("GET", target).body();
        } catch (UncheckedIOException | AssertionError closed) {
            return "";
        }
    }

    private static String ok(String body) {
        return OK_UP_TO_LENGTH + body.length() + "\r\n\r\n" + body;
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "102 Processing", "103 Early Hints", "104 Upload Resumption", "199 Odd"})
    void anInterimResponseIsNotTheFinalOne(String interim) throws Exception {
        scene.api().script((request, exchange) -> {
            if (request.target().equals("/alice")) {
                exchange.send("HTTP/1.1 " + interim + "\r\n\r\n");
                Thread.sleep(PAUSE_MILLIS);
            }
            exchange.send(ok("for " + request.target().substring(1)));
        });

        expectOwnResponses();

        assertThat(send("GET", "/alice").body()).isEqualTo("for alice");
        assertThat(send("GET", "/bob").body()).isEqualTo("for bob");
    }

    @Test
    void anUnrequestedUpgradeIsRejected() throws Exception {
        scene.api().script((request, exchange) -> {
            if (request.target().equals("/alice")) {
                exchange.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n");
                Thread.sleep(PAUSE_MILLIS);
            }
            exchange.send(ok("for " + request.target().substring(1)));
        });

        expectOwnResponses();

        assertThat(send("GET", "/alice").status()).isEqualTo(502);
        assertThat(send("GET", "/bob").status()).isEqualTo(200);
    }

    static Stream<String> surplus() {
        return Stream.of(
                // a second response
                ok("first") + ok("for alice"),
                // the same after a pause
                ok("first") + "\0" + ok("for alice"),
                // a body where none is allowed
                "HTTP/1.1 204 No Content\r\n\r\n" + ok("for alice"),
                "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n\0" + ok("for alice"),
                "HTTP/1.1 304 Not Modified\r\n\r\n\0" + ok("for alice"),
                // two lengths, and a length beside chunks
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nfirst\0" + ok("for alice"),
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\0"
                        + ok("for alice"),
                "HTTP/1.0 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n\0"
                        + ok("for alice"));
    }

    @ParameterizedTest
    @MethodSource("surplus")
    void surplusBytesReachNobody(String response) throws Exception {
        scene.api().script((request, exchange) -> {
            if (!request.target().equals("/alice")) {
                exchange.send(ok("for bob"));
                return;
            }
            for (String part : response.split("\0", -1)) {
                exchange.send(part);
                Thread.sleep(PAUSE_MILLIS);
            }
        });

        expectOwnResponses();
    }

    @Test
    void aLengthBesideChunksIsNotRelayed() throws Exception {
        String both =
                "HTTP/1.0 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        scene.api().script((request, exchange) -> exchange.send(both));

        RawHttp.Response reply = send("GET", "/alice");

        assertThat(reply.head().stream().filter(line -> line.matches("(content-length|transfer-encoding):.*")))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void rejectionsThatWaitForATokenFitIntoMemory() throws Exception {
        String rejection = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nContent-Length: " + REJECTION_BYTES
                + "\r\n\r\n" + Floods.x(REJECTION_BYTES);
        scene.api().script((request, exchange) -> exchange.send(rejection));
        scene.testBed().server().faults().next(Fault.slow(REFRESH));
        FloodPlan plan = FloodPlan.of("rejections that wait", 800, 1, number -> Floods.finite(Floods.get("/alice")));

        FloodReport report = flood(plan, REFRESH.plus(TIME));

        report.assertBounded();
    }

    @Test
    void unreadResponsesFitIntoMemory() throws Exception {
        scene.api().script((request, exchange) -> {
            exchange.send(OK_UP_TO_LENGTH + LARGE_BYTES + "\r\n\r\n");
            for (int sent = 0; sent < LARGE_BYTES; sent += PIECE_BYTES) {
                exchange.send(Floods.x(Math.min(PIECE_BYTES, LARGE_BYTES - sent)));
            }
        });

        FloodReport report = flood(
                FloodPlan.of("large responses that nobody reads", 300, 1, number -> Floods.finite(Floods.get("/alice")))
                        .notReading(),
                TIME);

        report.assertBounded();
        report.assertRecoversImmediately();
    }

    static Stream<Arguments> fields() {
        String head = "HTTP/1.1 200 OK\r\n";
        String body = head + "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n";
        String small = "a:\r\n".repeat(SMALL_FIELDS);
        String large = ("a: " + Floods.x(LARGE_FIELD_BYTES) + "\r\n").repeat(LARGE_FIELDS);
        return Stream.of(
                Arguments.of("very many header fields", head + small),
                Arguments.of("very many trailers", body + small),
                Arguments.of("header fields just below the limit of bytes", head + large),
                Arguments.of("trailers just below the limit of bytes", body + large),
                Arguments.of("folded header fields", head + "a:\r\n" + " \r\n".repeat(SMALL_FIELDS)));
    }

    /** The responses never end, so the sidecar holds all of them at the same time. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("fields")
    void fieldsOfAnApiFitIntoMemory(String name, String response) throws Exception {
        scene.api().script((request, exchange) -> exchange.send(response));

        FloodReport report = flood(FloodPlan.of(name, 300, 1, number -> Floods.finite(Floods.get("/alice"))), TIME);

        report.assertBounded();
        report.assertRecoversImmediately();
    }

    private static FloodReport flood(FloodPlan plan, Duration time) throws Exception {
        return FloodRun.run(scene, ListenAddress.forwarding(scene.forwardingPort()), plan, time);
    }

    /** The other caller runs as another user, like another container of the pod. */
    @Test
    void slowBodiesOfOneUserDoNotKeepAnotherOut() throws Exception {
        scene.api().script((request, exchange) -> exchange.ok("for bob"));
        FloodPlan slow = FloodPlan.of(
                        "bodies of a byte a second",
                        1200,
                        1,
                        number -> Floods.endless(
                                "POST /alice HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n", "x"))
                .paced(Duration.ofSeconds(1));
        try (Flood flood = Flood.begin(ListenAddress.forwarding(scene.forwardingPort()), slow)) {
            scene.sidecar().await("slow bodies", () -> flood.opened() >= slow.connections());

            for (int round = 0; round < ROUNDS; round++) {
                try (ChildProcess other = requestAsAnotherUser("/bob")) {
                    assertThat(other.awaitExit(Duration.ofSeconds(20)))
                            .as(other.log())
                            .isZero();
                    assertThat(other.log()).isEqualTo("for bob");
                }
            }
        }
    }

    private static ChildProcess requestAsAnotherUser(String path) {
        return ChildProcess.start(
                List.of(
                        "setpriv",
                        "--reuid=10001",
                        "--regid=10001",
                        "--clear-groups",
                        "curl",
                        "-sS",
                        "--fail",
                        "--max-time",
                        "5",
                        scene.forwarding(path).toString()),
                Map.of(),
                Path.of("target", "ForwardingIT-curl.log"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/x/../admin",
                "/x/..;/admin",
                "/x/..;v=1/admin",
                "/x/.;/admin",
                "/x/%2e%2e/admin",
                "/x/%2e%2e;/admin",
                "/x/.%2e/admin",
                "/x/..%2fadmin",
                "/x/..%5cadmin",
                "/x/..%3b/admin",
                "/x/%252e%252e/admin",
                "/x/%252e%252e%252fadmin",
                "/x/..%00/admin",
                "/x/..%0d/admin",
                "/x/..%c0%af/admin",
                "/x/%c0%ae%c0%ae/admin",
                "/x\\..\\admin",
                "/..",
                "/x/..?q"
            })
    void noPathLeadsOutOfTheTarget(String target) throws Exception {
        scene.api().script((request, exchange) -> exchange.ok("for bob"));

        RawHttp.Response reply = send("GET", target);

        assertThat(reply.status()).isBetween(400, 499);
        assertThat(scene.api().requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "trace", "CONNECT", "Connect"})
    void methodsThatEchoTheTokenOrOpenTunnelsAreRejected(String method) throws Exception {
        scene.api().script((request, exchange) -> exchange.ok(request.text()));

        RawHttp.Response reply = send(method, "/x");

        assertThat(reply.status()).isBetween(400, 599);
        assertThat(reply.body()).doesNotContain("Bearer");
        assertThat(scene.api().requests()).isEmpty();
    }
}

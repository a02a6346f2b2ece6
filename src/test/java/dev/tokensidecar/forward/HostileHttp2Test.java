package dev.tokensidecar.forward;

import static dev.tokensidecar.testing.http.RawHttp2.CONTINUATION;
import static dev.tokensidecar.testing.http.RawHttp2.DATA;
import static dev.tokensidecar.testing.http.RawHttp2.END_STREAM;
import static dev.tokensidecar.testing.http.RawHttp2.HEADERS;
import static dev.tokensidecar.testing.http.RawHttp2.PING;
import static dev.tokensidecar.testing.http.RawHttp2.RST_STREAM;
import static dev.tokensidecar.testing.http.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.RawHttp2;
import io.netty.handler.codec.http2.Http2Headers;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of hostile inputs over HTTP/2 in docs/forwarding.md: the input, its result, and what reaches the API. */
@Timeout(60)
class HostileHttp2Test {

    private static final int STREAM = 1;

    /** What a caller sends. */
    @FunctionalInterface
    interface Sender {
        void send(RawHttp2 caller) throws IOException;
    }

    /**
     * One row of the table.
     *
     * @param result as {@link RawHttp2#result} returns it
     * @param requests how many reach the API
     */
    record Input(String name, String result, int requests, Sender sender) {

        String row() {
            return "| %s | `%s` | %d |".formatted(name, result, requests);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Input head(String name, String result, int requests, Http2Headers head) {
        return new Input(name, result, requests, caller -> caller.sendHeaders(STREAM, head, END_STREAM));
    }

    private static Http2Headers get() {
        return request("GET", "/api/x");
    }

    private static Http2Headers fields(Http2Headers head, int count, String value) {
        for (int n = 0; n < count; n++) {
            head.add("x-" + n, value);
        }
        return head;
    }

    static Stream<Input> inputs() {
        return Stream.of(
                head("an ordinary request", "200", 1, get()),
                head("another `:authority`", "403", 0, get().authority("evil.example")),
                head("a `host` besides `:authority`", "403", 0, get().add("host", "evil.example")),
                head("no `:authority`", "400", 0, without(":authority")),
                head("no `:path`", "reset", 0, without(":path")),
                head("an empty `:path`", "reset", 0, get().path("")),
                head("a `:path` without a slash", "400", 0, get().path("api/x")),
                head("the `:path` `*`", "400", 0, request("OPTIONS", "*")),
                head("a `:path` with line breaks", "reset", 0, get().path("/api/x HTTP/1.1\r\nX-Injected: b")),
                head("a `:path` that leads out of the target", "400", 0, get().path("/api/%2e%2e/x")),
                head("a `:path` of 17,000 letters", "414", 0, get().path("/api/" + "a".repeat(17_000))),
                head("a `:method` with a line break", "reset", 0, get().method("GET\r\n")),
                head("the `:method` `TRACE`", "405", 0, request("TRACE", "/api/x")),
                head("the `:method` `CONNECT`", "400", 0, connect()),
                head(
                        "`:protocol`, for WebSocket",
                        "405",
                        0,
                        request("CONNECT", "/api/x").add(":protocol", "websocket")),
                head("an unknown pseudo-header field", "reset", 0, get().add(":token", "b")),
                head("`connection`", "reset", 0, get().add("connection", "close")),
                head("`upgrade`", "reset", 0, get().add("upgrade", "h2c")),
                head("`transfer-encoding`", "reset", 0, get().add("transfer-encoding", "chunked")),
                head("`te` other than `trailers`", "reset", 0, get().add("te", "gzip")),
                head("a field name in upper case", "reset", 0, get().add("X-Upper", "b")),
                head("a field value with a line break", "reset", 0, get().add("x-ok", "a\r\nX-Injected: b")),
                head("a field value with a zero byte", "reset", 0, get().add("x-ok", "a\0b")),
                head(
                        "`x-http2-path`, which some servers take for the path",
                        "200",
                        1,
                        get().add("x-http2-path", "/admin")),
                head("`authorization` of the caller", "200", 1, get().add("authorization", "Bearer b")),
                head("a sign of a browser", "403", 0, get().add("origin", "http://evil.example")),
                head("101 fields of a few bytes", "431", 0, fields(get(), 101, "b")),
                head("fields of 66,000 bytes", "431", 0, fields(get(), 66, "b".repeat(1000))),
                new Input("a compressed field, repeated 3,000 times", "431", 0, HostileHttp2Test::bomb),
                new Input("a field section in pieces that never ends", "closed", 0, HostileHttp2Test::pieces),
                new Input("`content-length` other than the body", "reset", 0, HostileHttp2Test::wrongLength),
                new Input("1,100 streams that the caller resets", "closed", 0, HostileHttp2Test::resets),
                new Input("a million pings whose answers nobody reads", "closed", 0, HostileHttp2Test::pings),
                new Input("empty frames without an end", "closed", 0, HostileHttp2Test::emptyFrames),
                new Input("a frame longer than the sidecar allows", "closed", 0, HostileHttp2Test::longFrame),
                new Input("a stream that the sidecar would open", "closed", 0, HostileHttp2Test::evenStream));
    }

    private static Http2Headers without(String name) {
        Http2Headers head = get();
        head.remove(name);
        return head;
    }

    private static Http2Headers connect() {
        Http2Headers head = without(":path").method("CONNECT");
        head.remove(":scheme");
        return head;
    }

    private static void bomb(RawHttp2 caller) throws IOException {
        byte[] block = caller.encode(get().add("x-bomb", "b".repeat(50)));
        byte[] bomb = java.util.Arrays.copyOf(block, block.length + 3000);
        // the newest entry of the dynamic table, again and again (RFC 7541 section 6.1)
        java.util.Arrays.fill(bomb, block.length, bomb.length, (byte) (0x80 | 62));
        caller.send(HEADERS, END_STREAM | RawHttp2.END_HEADERS, STREAM, bomb);
    }

    private static void pieces(RawHttp2 caller) throws IOException {
        caller.send(HEADERS, END_STREAM, STREAM, caller.encode(get()));
        caller.repeat(100_000, CONTINUATION, 0, STREAM, new byte[0]);
    }

    private static void wrongLength(RawHttp2 caller) throws IOException {
        caller.sendHeaders(STREAM, request("POST", "/api/x").add("content-length", "4"), 0);
        caller.send(DATA, END_STREAM, STREAM, new byte[5]);
    }

    private static void resets(RawHttp2 caller) throws IOException {
        for (int stream = STREAM + 2; stream < STREAM + 2202; stream += 2) {
            caller.sendHeaders(stream, get().authority("evil.example"), END_STREAM);
            caller.send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        }
    }

    private static void pings(RawHttp2 caller) throws IOException {
        caller.repeat(1_000_000, PING, 0, 0, new byte[8]);
    }

    private static void emptyFrames(RawHttp2 caller) throws IOException {
        caller.sendHeaders(STREAM, request("POST", "/api/x"), 0);
        caller.repeat(10_000, DATA, 0, STREAM, new byte[0]);
    }

    private static void longFrame(RawHttp2 caller) throws IOException {
        caller.sendHeaders(STREAM, request("POST", "/api/x"), 0);
        caller.send(DATA, 0, STREAM, new byte[17_000]);
    }

    private static void evenStream(RawHttp2 caller) throws IOException {
        caller.sendHeaders(2, get(), END_STREAM);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void everyInputHasItsResult(Input input) throws Exception {
        assertThat(Files.readString(Path.of("docs", "forwarding.md"))).contains(input.row());
        try (ForwardScene scene = ForwardScene.builder().open();
                RawHttp2 caller = new RawHttp2(scene.port())) {
            List<HttpServerRequest> requests = new CopyOnWriteArrayList<>();
            scene.api.handle(request -> {
                request.response().exceptionHandler(reset -> {});
                request.body().onSuccess(body -> {
                    requests.add(request);
                    request.response().end();
                });
            });

            try {
                input.sender().send(caller);
            } catch (SocketException closed) {
                // the result says why
            }

            assertThat(caller.result(STREAM)).isEqualTo(input.result());
            assertThat(requests).hasSize(input.requests()).allSatisfy(request -> {
                assertThat(request.uri()).isEqualTo("/base/x");
                assertThat(request.getHeader("Authorization")).isEqualTo("Bearer access-1");
                assertThat(request.getHeader("X-Injected")).isNull();
            });
            try (RawHttp2 another = new RawHttp2(scene.port())) {
                another.sendHeaders(STREAM, get(), END_STREAM);
                assertThat(another.result(STREAM)).as("another caller").isEqualTo("200");
            }
        }
    }
}

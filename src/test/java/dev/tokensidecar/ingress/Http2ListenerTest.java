package dev.tokensidecar.ingress;

import static dev.tokensidecar.testing.http.RawHttp2.END_STREAM;
import static dev.tokensidecar.testing.http.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.http.RawHttp2;
import io.netty.buffer.Unpooled;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The connection table counts and limits HTTP/2 connections like others. */
@Timeout(60)
class Http2ListenerTest {

    private static final int STREAM = 1;
    private static final int HELD_BYTES = 32 * 1024;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AtomicLong nanos = new AtomicLong();
    private final Semaphore arrived = new Semaphore(0);
    private final List<RawHttp2> callers = new ArrayList<>();
    private final ConnectionTable table = new ConnectionTable(limits(), nanos::get, failure -> {});

    @AfterEach
    void close() throws IOException {
        for (RawHttp2 caller : callers) {
            caller.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static ListenerLimits limits() {
        return new ListenerLimits(
                8,
                8,
                HELD_BYTES,
                ListenerLimits.Bodies.STREAMED,
                4,
                64 * 1024,
                2048,
                Duration.ofSeconds(5),
                Duration.ofHours(2),
                Duration.ofHours(2),
                Duration.ofMinutes(1));
    }

    private int open(HttpListener.Versions versions, Handler<HttpServerRequest> handler) {
        return HttpListener.open(
                        vertx,
                        SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                        Entrance.ofAllTokens("test"),
                        table,
                        versions,
                        request -> {
                            handler.handle(request);
                            arrived.release();
                        })
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private int open(Handler<HttpServerRequest> handler) {
        return open(HttpListener.Versions.HTTP_1_1_AND_2, handler);
    }

    private static void respond(HttpServerRequest request) {
        var unused = request.response().end("ok");
    }

    private RawHttp2 connect(int port) throws IOException {
        RawHttp2 caller = new RawHttp2(port);
        callers.add(caller);
        return caller;
    }

    private RawHttp2 connectAndGet(int port) throws Exception {
        RawHttp2 caller = connect(port);
        caller.sendHeaders(STREAM, request("GET", "/x"), END_STREAM);
        assertThat(caller.result(STREAM)).isEqualTo("200");
        return caller;
    }

    private void awaitRequest() throws InterruptedException {
        assertThat(arrived.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
    }

    private void advance(Duration time) throws InterruptedException {
        CountDownLatch idle = new CountDownLatch(1);
        vertx.runOnContext(now -> vertx.runOnContext(next -> idle.countDown()));
        assertThat(idle.await(10, TimeUnit.SECONDS)).isTrue();
        nanos.addAndGet(time.toNanos());
        table.sweep();
    }

    @Test
    void anUnfinishedPrefaceTimesOut() throws Exception {
        int port = open(Http2ListenerTest::respond);
        try (RawHttp caller = RawHttp.open(port).send("PRI * HTTP/2.0\r\n\r\nS")) {
            var unused = connectAndGet(port);

            advance(Duration.ofSeconds(6));

            assertThat(caller.isClosed()).isTrue();
        }
    }

    /** Clients of gRPC connect before their first call. */
    @Test
    void aConnectionWithoutRequestsIsIdle() throws Exception {
        int port = open(Http2ListenerTest::respond);
        RawHttp2 caller = connect(port);
        var unused = connectAndGet(port);

        advance(Duration.ofSeconds(50));
        caller.sendHeaders(STREAM, request("GET", "/x"), END_STREAM);
        assertThat(caller.result(STREAM)).isEqualTo("200");
        advance(Duration.ofSeconds(61));

        assertThat(caller.result(STREAM + 2)).isEqualTo("closed");
    }

    @Test
    void anUnfinishedFieldSectionTimesOut() throws Exception {
        int port = open(Http2ListenerTest::respond);
        RawHttp2 caller = connect(port);
        caller.send(RawHttp2.HEADERS, END_STREAM, STREAM, caller.encode(request("GET", "/x")));
        var unused = connectAndGet(port);

        advance(Duration.ofSeconds(6));

        assertThat(caller.result(STREAM)).isEqualTo("closed");
    }

    @Test
    void aConnectionThatAwaitsAResponseStaysOpen() throws Exception {
        Promise<Void> response = Promise.promise();
        int port = open(request -> response.future().onSuccess(now -> respond(request)));
        RawHttp2 caller = connect(port);
        caller.sendHeaders(STREAM, request("GET", "/x"), END_STREAM);
        awaitRequest();

        advance(Duration.ofHours(1));
        vertx.runOnContext(now -> response.complete());

        assertThat(caller.result(STREAM)).isEqualTo("200");
    }

    @Test
    void unfinishedFieldSectionsCountAsMemory() throws Exception {
        int port = open(Http2ListenerTest::respond);
        RawHttp2 caller = connect(port);
        byte[] piece = new byte[16 * 1024];
        caller.send(RawHttp2.HEADERS, END_STREAM, STREAM, piece);
        caller.send(RawHttp2.CONTINUATION, 0, STREAM, piece);
        caller.send(RawHttp2.CONTINUATION, 0, STREAM, new byte[1]);

        assertThat(caller.result(STREAM)).isEqualTo("closed");
        var unused = connectAndGet(port);
    }

    @Test
    void bodiesThatNobodyReadsCountAsMemory() throws Exception {
        int port = open(HttpServerRequest::pause);
        RawHttp2 caller = connect(port);
        for (int stream = STREAM; stream < 11; stream += 2) {
            caller.sendHeaders(stream, request("POST", "/x"), 0);
            caller.send(RawHttp2.DATA, 0, stream, new byte[16 * 1024]);
        }

        assertThat(caller.result(STREAM)).isEqualTo("closed");
    }

    @Test
    void bodiesThatAreReadDoNotCount() throws Exception {
        int port = open(request -> request.handler(part -> {}).endHandler(end -> respond(request)));
        RawHttp2 caller = connect(port);
        for (int stream = STREAM; stream < 11; stream += 2) {
            caller.sendHeaders(stream, request("POST", "/x"), 0);
            caller.send(RawHttp2.DATA, 0, stream, new byte[16 * 1024]);
            caller.send(RawHttp2.DATA, END_STREAM, stream, new byte[0]);

            assertThat(caller.result(stream)).isEqualTo("200");
        }
    }

    @Test
    void connectionsTogetherHaveAsManyStreamsAsThereMayBeConnections() throws Exception {
        int port = open(request -> {});
        RawHttp2 greedy = connect(port);
        for (int stream = STREAM; stream < 2 * 8; stream += 2) {
            greedy.sendHeaders(stream, request("GET", "/x"), END_STREAM);
            awaitRequest();
        }
        greedy.sendHeaders(17, request("GET", "/x"), END_STREAM);
        assertThat(greedy.result(17)).isEqualTo("reset");

        RawHttp2 modest = connect(port);
        modest.sendHeaders(STREAM, request("GET", "/x"), END_STREAM);
        awaitRequest();

        assertThat(greedy.result(STREAM)).as("it has most streams").isEqualTo("closed");
    }

    @Test
    void responsesThatNobodyReadsCountAsMemoryWhenTheirStreamsHaveClosed() throws Exception {
        int port = open(request -> request.response().end(Buffer.buffer(new byte[1 << 20])));
        RawHttp2 caller = connect(port);
        caller.send(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0x7f, -1, -1, -1});
        caller.send(RawHttp2.WINDOW_UPDATE, 0, 0, new byte[] {0x7f, 0, 0, 0});
        try {
            boolean open = true;
            for (int stream = STREAM; open && stream < 1000; stream += 2) {
                caller.sendHeaders(stream, request("GET", "/x"), END_STREAM);
                open = arrived.tryAcquire(2, TimeUnit.SECONDS);
                caller.send(RawHttp2.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
            }
        } catch (SocketException closed) {
            // as it should be
        }

        assertThat(caller.result(1001)).isEqualTo("closed");
    }

    @Test
    void otherListenersDoNotSpeakHttp2() throws Exception {
        RawHttp2 caller = connect(open(HttpListener.Versions.HTTP_1_1, Http2ListenerTest::respond));

        assertThat(caller.result(STREAM)).isEqualTo("closed");
        assertThat(arrived.tryAcquire()).isFalse();
    }

    @Test
    void theMeterCountsTheSameHoweverTheBytesArrive() {
        byte[] bytes = frames();
        int[] heldAfter = new int[bytes.length];
        Http2FrameMeter meter = new Http2FrameMeter();
        for (int at = 0; at < bytes.length; at++) {
            meter.read(Unpooled.wrappedBuffer(bytes, at, 1));
            heldAfter[at] = meter.heldBytes();
        }
        assertThat(heldAfter).contains(100 + 49).endsWith(0);

        Random random = new Random(1);
        for (int round = 0; round < 1000; round++) {
            Http2FrameMeter other = new Http2FrameMeter();
            for (int at = 0; at < bytes.length; ) {
                int length = 1 + random.nextInt(bytes.length - at);
                other.read(Unpooled.wrappedBuffer(bytes, at, length));
                at += length;
                assertThat(other.heldBytes()).isEqualTo(heldAfter[at - 1]);
            }
        }
    }

    /** The preface, a field section in two frames of 100 and 50 bytes, a body, and a frame without a payload. */
    private static byte[] frames() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[Http2Preface.BYTES]);
        frame(out, RawHttp2.HEADERS, 0, 100);
        frame(out, RawHttp2.CONTINUATION, RawHttp2.END_HEADERS, 50);
        frame(out, RawHttp2.DATA, 0, 300);
        frame(out, RawHttp2.SETTINGS, 1, 0);
        return out.toByteArray();
    }

    private static void frame(ByteArrayOutputStream out, int type, int flags, int length) {
        out.writeBytes(new byte[] {0, (byte) (length >> 8), (byte) length, (byte) type, (byte) flags, 0, 0, 0, 1});
        out.writeBytes(new byte[length]);
    }
}

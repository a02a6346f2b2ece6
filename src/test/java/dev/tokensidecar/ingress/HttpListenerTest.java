package dev.tokensidecar.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.log.LogCapture;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpObjectDecoder;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;
import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The limits of a listener, with a clock that the test moves. */
@Timeout(60)
class HttpListenerTest {

    private static final String GET = "GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger requests = new AtomicInteger();
    private final List<RawHttp> clients = new ArrayList<>();
    private ConnectionTable table = table(limits(8, 8, 1 << 20));

    @AfterEach
    void close() {
        clients.forEach(RawHttp::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static ListenerLimits limits(int connections, int perPeer, long heldBytes) {
        return new ListenerLimits(
                connections,
                perPeer,
                heldBytes,
                ListenerLimits.Bodies.BUFFERED,
                4,
                8192,
                2048,
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1));
    }

    private ConnectionTable table(ListenerLimits limits) {
        return new ConnectionTable(limits, nanos::get, failure -> {});
    }

    private int open() {
        return open(request -> {
            var unused = request.response().end("ok");
        });
    }

    private int open(java.util.function.Consumer<HttpServerRequest> handler) {
        return HttpListener.open(
                        vertx,
                        SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                        Entrance.ofAllTokens("test"),
                        table,
                        HttpListener.Versions.HTTP_1_1,
                        request -> {
                            requests.incrementAndGet();
                            handler.accept(request);
                        })
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .actualPort();
    }

    private RawHttp connect(int port) {
        RawHttp client = RawHttp.open(port);
        clients.add(client);
        return client;
    }

    private RawHttp connectAndGet(int port) {
        RawHttp client = connect(port).send(GET);
        assertThat(client.readResponse().status()).isEqualTo(200);
        return client;
    }

    private void getOnce(int port) {
        var unused = connectAndGet(port);
    }

    /** Waits until the event loop has processed what is pending. */
    private void settle() throws InterruptedException {
        CountDownLatch idle = new CountDownLatch(1);
        vertx.runOnContext(now -> vertx.runOnContext(next -> idle.countDown()));
        assertThat(idle.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private void advance(Duration time) throws InterruptedException {
        settle();
        nanos.addAndGet(time.toNanos());
        table.sweep();
    }

    @Test
    void anUnfinishedHeadTimesOut() throws Exception {
        int port = open();
        RawHttp trickle = connectAndGet(port).send("GET /x HT");
        getOnce(port);

        advance(Duration.ofSeconds(4));
        getOnce(port);
        trickle.sendMore("TP/1.1\r\n");
        advance(Duration.ofSeconds(2));

        assertThat(trickle.isClosed()).isTrue();
    }

    @Test
    void aConnectionThatSendsNothingTimesOut() throws Exception {
        int port = open();
        RawHttp silent = connect(port);
        // a later connection was served, so this one has been admitted
        getOnce(port);

        advance(Duration.ofSeconds(6));

        assertThat(silent.isClosed()).isTrue();
    }

    @Test
    void anIdleConnectionTimesOut() throws Exception {
        RawHttp client = connectAndGet(open());

        advance(Duration.ofSeconds(59));
        client.sendMore(GET);
        assertThat(client.readResponse().status()).isEqualTo(200);
        advance(Duration.ofSeconds(61));

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void anUnfinishedBodyTimesOut() throws Exception {
        int port = open(HttpServerRequest::resume);
        RawHttp client = connect(port).send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nbod");

        awaitRequests(1);
        advance(Duration.ofSeconds(9));
        client.sendMore("y");
        advance(Duration.ofSeconds(2));

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void aConnectionThatAwaitsAResponseStaysOpen() throws Exception {
        Promise<Void> response = Promise.promise();
        int port = open(request -> response.future().onSuccess(now -> {
            var unused = request.response().end("ok");
        }));
        RawHttp waiter = connect(port).send(GET);
        awaitRequests(1);

        advance(Duration.ofHours(1));
        vertx.runOnContext(now -> response.complete());

        assertThat(waiter.readResponse().status()).isEqualTo(200);
    }

    @Test
    void aConnectionAboveTheLimitEvictsTheStalest() {
        table = table(limits(3, 3, 1 << 20));
        int port = open();
        List<RawHttp> others = List.of(connectAndGet(port), connectAndGet(port), connectAndGet(port));

        getOnce(port);

        assertThat(others.getFirst().isClosed()).isTrue();
        for (RawHttp other : others.subList(1, 3)) {
            assertThat(other.send(GET).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void thePeerWithMostConnectionsLosesItsOwnFirst() throws Exception {
        table = table(limits(6, 5, 1 << 20));
        int port = open();
        RawHttp only = connectAndGet(port);
        List<RawHttp> others = new ArrayList<>();
        for (int client = 0; client < 20; client++) {
            RawHttp other = RawHttp.from(new InetSocketAddress("127.0.0.2", 0), port);
            clients.add(other);
            others.add(other);
            assertThat(other.send(GET).readResponse().status()).isEqualTo(200);
        }

        assertThat(only.send(GET).readResponse().status()).isEqualTo(200);
        assertThat(others.getFirst().isClosed()).isTrue();
        assertThat(others.getLast().send(GET).readResponse().status()).isEqualTo(200);
    }

    /** New connections count only in the round after they were opened, so they do not evict a caller that awaits a response. */
    @Test
    void aFloodFromTheSamePeerDoesNotEvictAConnectionThatAwaitsAResponse() throws Exception {
        table = table(limits(64, 4, 1 << 20));
        assertThatAConnectionThatAwaitsAResponseSurvivesAFlood();
    }

    private void assertThatAConnectionThatAwaitsAResponseSurvivesAFlood() throws Exception {
        Promise<Void> response = Promise.promise();
        int port = open(request -> response.future().onSuccess(now -> {
            var unused = request.response().end("ok");
        }));
        RawHttp waiter = connect(port).send(GET);
        awaitRequests(1);
        for (int flood = 0; flood < 100; flood++) {
            var unused = connect(port);
        }
        settle();

        vertx.runOnContext(now -> response.complete());

        assertThat(waiter.readResponse().status()).isEqualTo(200);
    }

    @Test
    void aConnectionWithoutARequestIsEvictedBeforeAnIdleOne() throws Exception {
        table = table(limits(3, 3, 1 << 20));
        int port = open();
        RawHttp first = connectAndGet(port);
        RawHttp second = connectAndGet(port);
        RawHttp silent = connect(port);
        settle();

        getOnce(port);

        assertThat(silent.isClosed()).isTrue();
        for (RawHttp client : List.of(first, second)) {
            client.sendMore(GET);
            assertThat(client.readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void aConnectionThatAwaitsAResponseIsEvictedLast() throws Exception {
        table = table(limits(2, 2, 1 << 20));
        assertThatAConnectionThatAwaitsAResponseSurvivesAFlood();
    }

    @Test
    void unfinishedHeadsTogetherStayWithinTheLimit() throws Exception {
        table = table(limits(64, 64, 16_384));
        int port = open();
        String head = "GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(4000);
        for (int client = 0; client < 5; client++) {
            connect(port).sendMore(head);
        }

        assertThat(clients.getFirst().isClosed()).isTrue();
        getOnce(port);
        RawHttp last = clients.get(4);
        last.sendMore("\r\n\r\n");
        assertThat(last.readResponse().status()).isEqualTo(200);
    }

    /** A request keeps its head until it is answered; a caller that waits with a usual one takes nothing of the share. */
    @Test
    void longHeadsOfUnansweredRequestsHoldNoMoreThanTheirShare() throws Exception {
        table = table(limits(64, 64, 40_000));
        List<HttpServerRequest> unanswered = new ArrayList<>();
        int port = open(unanswered::add);
        RawHttp usual = connect(port).send(GET);
        List<RawHttp> greedy = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            greedy.add(connect(port).send("GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(5000) + "\r\n\r\n"));
        }

        assertThat(greedy.getFirst().isClosed()).isTrue();
        awaitRequests(1 + greedy.size());
        vertx.runOnContext(
                now -> unanswered.forEach(request -> request.response().end("ok")));
        assertThat(greedy.getLast().readResponse().status()).isEqualTo(200);
        assertThat(usual.readResponse().status()).isEqualTo(200);
    }

    /** All that is ready is read before the first connection ends: what is closed is not free yet. */
    @Test
    void headsThatComeTogetherHoldNoMoreThanTwiceTheirShare() throws Exception {
        table = table(limits(64, 64, 40_000));
        AtomicInteger open = new AtomicInteger();
        AtomicInteger maxOpen = new AtomicInteger();
        int port = open(request -> {
            maxOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            request.connection().closeHandler(closed -> open.decrementAndGet());
        });
        List<RawHttp> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(connect(port));
        }
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch sent = new CountDownLatch(1);
        settle();
        vertx.runOnContext(now -> {
            held.countDown();
            await(sent);
        });
        await(held);
        String request = "GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(5000) + "\r\n\r\n";
        all.forEach(connection -> connection.sendMore(request));
        sent.countDown();

        assertThat(all.getLast().isClosed()).isTrue();
        settle();
        assertThat(maxOpen.get()).isBetween(1, 2 * 40_000 / 5000);
    }

    @Test
    void aHeadThatWasAnsweredHoldsNothing() throws Exception {
        table = table(limits(64, 64, 40_000));
        int port = open();
        String request = "GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(5000) + "\r\n\r\n";
        List<RawHttp> idle = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            idle.add(connect(port).send(request));
            assertThat(idle.getLast().readResponse().status()).isEqualTo(200);
        }

        for (RawHttp connection : idle) {
            assertThat(connection.send(request).readResponse().status()).isEqualTo(200);
        }
    }

    /** Netty's decoder keeps a buffer of the size of the longest line, and an idle connection lives for long. */
    @Test
    void anIdleConnectionKeepsNoBufferOfALongLine() throws Exception {
        AtomicReference<Channel> channel = new AtomicReference<>();
        int port = open(request -> {
            channel.set(((ConnectionBase) request.connection()).channel());
            var unused = request.response().end("ok");
        });
        RawHttp client =
                connect(port).send("GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(7000) + "\r\n\r\n");
        assertThat(client.readResponse().status()).isEqualTo(200);
        settle();

        assertThat(lineBufferBytes(channel.get())).isLessThanOrEqualTo(1024);
        assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
    }

    private static int lineBufferBytes(Channel channel) throws ReflectiveOperationException {
        Field buffer = HttpObjectDecoder.class.getDeclaredField("parserScratchBuffer");
        buffer.setAccessible(true);
        return ((ByteBuf) buffer.get(channel.pipeline().get(HttpObjectDecoder.class))).capacity();
    }

    @Test
    void theBufferOfALongLineCountsWhileTheBodyIsAwaited() throws Exception {
        table = table(limits(64, 64, 40_000));
        int port = open(request -> {});
        String line = "X: " + "x".repeat(5000) + "\r\n";
        List<RawHttp> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(
                    connect(port).send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n" + line + "\r\n"));
            settle();
        }

        assertThat(waiting.getFirst().isClosed()).isTrue();
    }

    @Test
    void aBodyIsNotPipelined() throws Exception {
        List<HttpServerRequest> unanswered = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        var unused = vertx.exceptionHandler(failures::add);
        int port = open(unanswered::add);

        RawHttp client = connect(port).send(GET + "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\na");

        assertThat(client.isClosed()).isTrue();
        settle();
        assertThat(failures).isEmpty();
    }

    /** Netty expects eight bytes after such a head, as an old draft of WebSocket said. */
    private static final String OLD_WEB_SOCKET =
            "GET /x HTTP/1.1\r\nHost: localhost\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n";

    /** Malformed from the first line on, in the middle, and by the count of the sidecar. */
    static List<String> malformedRequests() {
        return List.of(
                "nonsense\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9000) + "\r\n\r\n",
                "GET /x HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(101) + "\r\n");
    }

    static Stream<String> requestsWithoutEnd() {
        return Stream.concat(malformedRequests().stream(), Stream.of(OLD_WEB_SOCKET + "abc"));
    }

    /** Vert.x fails if a connection closes before the end of a request that waits behind another one. */
    @ParameterizedTest
    @MethodSource("requestsWithoutEnd")
    void aConnectionMayEndAfterAnyPipelinedRequest(String pipelined) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        int port = open(request -> {
            var unused = ((ConnectionBase) request.connection())
                    .channel()
                    .closeFuture()
                    .addListener(now -> closed.countDown());
        });
        try (LogCapture log = LogCapture.of("io")) {
            connect(port).send(GET + pipelined).close();

            await(closed);
            settle();
            assertThat(log.lines()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("malformedRequests")
    void aMalformedRequestIsRejectedAfterTheResponseToTheOneBefore(String malformed) throws Exception {
        List<HttpServerRequest> unanswered = new ArrayList<>();
        RawHttp client = connect(open(unanswered::add)).send(GET + malformed);
        awaitRequests(1);
        settle();

        vertx.runOnContext(now -> unanswered.getFirst().response().end("ok"));

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.readResponse().status()).isBetween(400, 431);
        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void onlyAnAnnouncedBodyFollowsAHead() {
        RawHttp client = connect(open()).send(OLD_WEB_SOCKET + GET);

        assertThat(client.readResponse().status()).isEqualTo(200);
        assertThat(client.readResponse().status()).isEqualTo(200);
    }

    @Test
    void aHeadInManyPiecesCountsOnce() throws Exception {
        table = table(limits(64, 64, 7_000));
        int port = open();
        RawHttp client = connect(port).send("GET /x HTTP/1.1\r\nHost: localhost\r\n");
        for (int line = 0; line < 12; line++) {
            client.sendMore("X-Line: " + "x".repeat(200) + "\r\n");
        }
        client.sendMore("\r\n");
        assertThat(client.readResponse().status()).isEqualTo(200);

        RawHttp other = connect(port).send("GET /x HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(7500));
        assertThat(other.isClosed()).isTrue();
    }

    @Test
    void aFieldCountsMoreThanItsBytes() throws Exception {
        table = table(limits(64, 64, 5_000));
        RawHttp client = connect(open()).send("GET /x HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(50));

        assertThat(client.isClosed()).isTrue();
    }

    @Test
    void moreThanAHundredFieldsAreRejected() {
        int port = open();
        String most = "GET /x HTTP/1.1\r\nHost: localhost\r\n" + "a: b\r\n".repeat(99);
        assertThat(connect(port).send(most + "\r\n").readResponse().status()).isEqualTo(200);

        assertThat(connect(port).send(most + "a: b\r\n\r\n").readResponse().status())
                .isEqualTo(431);
        RawHttp piecemeal = connect(port).send(most);
        piecemeal.sendMore("a: b\r\n");
        piecemeal.sendMore("a: b\r\n" + GET);
        assertThat(piecemeal.readResponse().status()).isEqualTo(431);
        assertThat(requests.get()).isEqualTo(1);
    }

    @Test
    void aHeadThatIsTooLongIsRejected() {
        String field = "X-Field: " + "x".repeat(140) + "\r\n";
        int port = open();

        RawHttp client = connect(port).send("GET /x HTTP/1.1\r\nHost: localhost\r\n" + field.repeat(90) + "\r\n");
        assertThat(client.readResponse().status()).isEqualTo(431);
        RawHttp shorter = connect(port).send("GET /x HTTP/1.1\r\nHost: localhost\r\n" + field.repeat(50) + "\r\n");
        assertThat(shorter.readResponse().status()).isEqualTo(200);
        assertThat(requests).hasValue(1);
    }

    @Test
    void trailersCountAsHeaderFields() throws Exception {
        int port = open(request -> request.bodyHandler(body -> {
            var unused = request.response().end(body);
        }));
        String head = "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";

        RawHttp few = connect(port).send(head + "a: b\r\n".repeat(50) + "X: " + "x".repeat(2000) + "\r\n\r\n");
        assertThat(few.readResponse().body()).isEqualTo("hello");
        assertThat(connect(port).send(head + "a:\r\n".repeat(3000)).isClosed()).isTrue();
        RawHttp piecemeal = connect(port).send(head);
        for (int field = 0; field < 101; field++) {
            piecemeal.sendMore("a: b\r\n");
        }
        assertThat(piecemeal.isClosed()).isTrue();
    }

    @Test
    void aChunkedBodyIsReadAsItWasSent() throws Exception {
        int port = open(request -> request.bodyHandler(body -> {
            var unused = request.response().end(body);
        }));
        StringBuilder chunks = new StringBuilder();
        StringBuilder sent = new StringBuilder();
        for (int size = 1; size < 300; size++) {
            String chunk = Character.toString((char) ('a' + size % 26)).repeat(size - 1) + "\n";
            chunks.append(Integer.toHexString(size))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
            sent.append(chunk);
        }
        String request =
                "POST /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n";
        RawHttp whole = connect(port).send(request);
        assertThat(whole.readResponse().body()).isEqualTo(sent.toString());

        RawHttp pieces = connect(port);
        for (int from = 0; from < request.length(); from += 7) {
            pieces.sendMore(request.substring(from, Math.min(from + 7, request.length())));
        }
        assertThat(pieces.readResponse().body()).isEqualTo(sent.toString());
    }

    @Test
    void aContentLengthThatIsNotANumberIsABadRequest() {
        assertThat(connect(open())
                        .send("POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: five\r\n\r\n")
                        .readResponse()
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aBodyIsRejectedWhereNoneIsAllowed() {
        table = new ConnectionTable(ListenerLimits.ofManagementInterface(), nanos::get, failure -> {});
        int port = open();

        for (String body :
                List.of("Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")) {
            RawHttp client = connect(port).send("POST /x HTTP/1.1\r\nHost: localhost\r\n" + body);
            assertThat(client.readResponse().status()).isEqualTo(400);
            assertThat(client.isClosed()).isTrue();
        }
        assertThat(requests.get()).isZero();
    }

    /** The event loop accepts many connections at once, before it reads from any of them. */
    @Test
    void aFullTableReadsNewConnectionsBeforeItEvicts() throws Exception {
        table = table(limits(3, 3, 1 << 20));
        int port = open();
        CountDownLatch blocked = new CountDownLatch(1);
        vertx.runOnContext(now -> await(blocked));
        RawHttp probe = connect(port).send(GET);
        for (int more = 0; more < 6; more++) {
            var unused = connect(port);
        }
        blocked.countDown();

        assertThat(probe.readResponse().status()).isEqualTo(200);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aBufferedBodyCountsUntilTheResponse() throws Exception {
        table = table(limits(64, 64, 10_000));
        int port = open(request -> request.bodyHandler(body -> {
            var unused = request.response().end("ok");
        }));
        String head = "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6000\r\n\r\n";
        for (int again = 0; again < 10; again++) {
            RawHttp whole = connect(port).send(head + "x".repeat(6000));
            assertThat(whole.readResponse().status()).isEqualTo(200);
        }
        RawHttp first = connect(port).send(head + "x".repeat(5999));
        awaitRequests(11);
        connect(port).sendMore(head + "x".repeat(5999));

        assertThat(first.isClosed()).isTrue();
    }

    @Test
    void unreadResponsesAreLimited() throws Exception {
        table = table(limits(64, 64, 1 << 20));
        CountDownLatch closed = new CountDownLatch(1);
        int port = open(request -> {
            request.connection().closeHandler(now -> closed.countDown());
            var unused = request.response().end(Buffer.buffer(new byte[8 << 20]));
        });
        RawHttp greedy = connect(port).send(GET);

        await(closed);
        assertThat(greedy.isClosedWhenRead()).isTrue();
    }

    @Test
    void tooManyPipelinedRequestsCloseTheConnection() {
        int port = open();
        assertThat(connect(port).send(GET.repeat(4)).readResponse().status()).isEqualTo(200);

        assertThat(connect(port).send(GET.repeat(5)).isClosedWhenRead()).isTrue();

        assertThat(requests.get()).isLessThanOrEqualTo(8);
    }

    @Test
    void sequentialRequestsAreNotPipelined() {
        RawHttp client = connect(open());
        for (int request = 0; request < 100; request++) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
    }

    @Test
    void http2InClearTextIsDisabled() {
        int port = open();
        RawHttp preface = connect(port).send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
        RawHttp upgrade = connect(port)
                .send(String.join(
                        "\r\n",
                        "GET /x HTTP/1.1",
                        "Host: localhost",
                        "Connection: Upgrade, HTTP2-Settings",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
                        "",
                        ""));

        assertThat(preface.isClosed()).isTrue();
        assertThat(upgrade.readResponse().status()).isEqualTo(200);
    }

    @Test
    void otherProtocolVersionsAreNotSupported() {
        int port = open();

        for (String version : List.of("TTP/1.1", "HTTP/1.00", "HTTP/1.2", "HTTP/2.0")) {
            RawHttp client = connect(port).send("GET /x " + version + "\r\nHost: localhost\r\n\r\n");
            assertThat(client.isClosed()).as(version).isTrue();
        }
        assertThat(requests.get()).isZero();
    }

    @Test
    void closedConnectionsAreNotCounted() throws Exception {
        int port = open();
        for (int client = 0; client < 20; client++) {
            connectAndGet(port).close();
            connect(port).send("GET /x").close();
        }
        settle();

        List<RawHttp> all = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            all.add(connectAndGet(port));
        }
        for (RawHttp client : all) {
            assertThat(client.send(GET).readResponse().status()).isEqualTo(200);
        }
    }

    private void awaitRequests(int count) throws InterruptedException {
        while (requests.get() < count) {
            Thread.onSpinWait();
        }
        settle();
    }
}

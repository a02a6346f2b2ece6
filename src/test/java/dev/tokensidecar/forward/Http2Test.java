package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.http.RawHttp;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.vertx.core.MultiMap;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API with TLS, and HTTP/2 where both ends support it. */
@Timeout(60)
class Http2Test {

    private static final int LARGE = 8 * 1024 * 1024;

    @TempDir
    static Path directory;

    private static CertificateAuthority authority;
    private static CertificateAuthority.Issued issued;

    @BeforeAll
    static void issue() throws Exception {
        authority = CertificateAuthority.make(directory, "authority");
        issued = authority.issue("api.example");
    }

    private static HttpServerOptions server(boolean http2) {
        return new HttpServerOptions().setSsl(true).setUseAlpn(http2).setKeyCertOptions(issued.options());
    }

    private static HttpClientOptions client() {
        return new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ConnectionWindowSize(100 * 65_535)
                .setInitialSettings(new Http2Settings().setMaxHeaderListSize(64 * 1024))
                .setTrustOptions(authority.trust());
    }

    /** A connection keeps the client certificate with which it was opened. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRepeatAfterARenewalOfTheCertificateUsesANewConnectionAndSoDoFurtherRequests(boolean http2) throws Exception {
        try (ForwardScene scene = ForwardScene.builder()
                .tls(server(http2), client())
                .renewedCertificate()
                .open()) {
            List<HttpConnection> connections = new ArrayList<>();
            scene.api.accept("access-2");
            scene.api.handle(request -> {
                connections.add(request.connection());
                scene.api.echo(request);
            });

            HttpResponse<String> first = scene.fetch(scene.request("/api/x"));
            HttpResponse<String> second = scene.fetch(scene.request("/api/x"));

            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(second.statusCode()).isEqualTo(200);
            assertThat(connections).hasSize(3);
            assertThat(connections.get(1)).isNotSameAs(connections.get(0)).isSameAs(connections.get(2));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theApiMaySpeakHttp2OrHttp1(boolean http2) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(http2), client()).open()) {
            scene.api.accept("access-2");

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
            assertThat(scene.api.requests())
                    .hasSize(2)
                    .extracting(Api.RecordedRequest::version)
                    .containsOnly(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
        }
    }

    @Test
    void anApiWithoutATrustedCertificateGetsNoToken() throws Exception {
        HttpClientOptions withoutTrust = client().setTrustOptions(null);
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), withoutTrust).open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/x"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body())
                    .contains("certificate that is not trusted", "sidecar.forward.orders.tls-configuration-name");
            assertThat(scene.api.requests()).isEmpty();
        }
    }

    @Test
    void anApiWithoutHttp2GetsNoCallOfGrpc() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(false), client()).open()) {
            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x").header("content-type", "application/grpc"));

            assertThat(response.headers().firstValue("grpc-status")).contains("9");
            assertThat(response.headers().firstValue("grpc-message"))
                    .contains("configuration: gRPC needs HTTP/2, and 127.0.0.1:" + scene.api.port()
                            + " has not agreed on it in TLS: let the API offer h2, and leave out"
                            + " sidecar.forward.orders.protocol=http1");
            assertThat(scene.api.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "<html>\r\n"})
    void anApiWithoutHttp2IsRecognizedByItsFirstBytes(String response) throws Exception {
        HttpClientOptions http2 =
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false);
        try (RawApi api = RawApi.responding(response);
                ForwardScene scene = ForwardScene.builder()
                        .tls(new HttpServerOptions(), http2)
                        .targetPort(api.port())
                        .open()) {
            HttpResponse<String> problem = scene.fetch(scene.request("/api/x"));

            assertThat(problem.statusCode()).isEqualTo(502);
            assertThat(problem.body())
                    .contains("127.0.0.1:" + api.port()
                            + " does not speak HTTP/2 without TLS: leave out sidecar.forward.orders.protocol=http2");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterimResponseIsSkipped(boolean http2) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(http2), client()).open()) {
            scene.api.handle(request -> request.response()
                    .writeEarlyHints(MultiMap.caseInsensitiveMultiMap().add("link", "</x>"))
                    .onComplete(sent -> request.response().end("the response")));

            HttpResponse<String> response = scene.fetch(scene.request("/api/x"));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("the response");
            assertThat(response.headers().firstValue("Link")).isEmpty();
        }
    }

    private static void respondLarge(ForwardScene scene) {
        scene.api.handle(
                request -> request.response().end(request.uri().contains("large") ? "x".repeat(LARGE) : "small"));
    }

    /** Writes a head on the wire: Vert.x offers no interim responses but 100 and 103, and no invalid status code. */
    private static void writeHead(HttpServerRequest request, String status) {
        ChannelHandlerContext context = ((ConnectionBase) request.connection()).channelHandlerContext();
        Http2ConnectionEncoder encoder = ((Http2ConnectionHandler) context.handler()).encoder();
        var unused = encoder.writeHeaders(
                context, request.streamId(), new DefaultHttp2Headers().status(status), 0, false, context.newPromise());
    }

    @ParameterizedTest
    @ValueSource(strings = {"102", "104", "199"})
    void unusualInterimResponsesAreSkipped(String status) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.handle(request -> {
                writeHead(request, status);
                request.response().end("the response");
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/x"));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("the response");
        }
    }

    /** RFC 9113 section 8.7: the API has not processed such a request, so that even a POST may be sent again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestThatTheApiRefusedUnprocessedIsSentAgain(boolean goAway) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            AtomicInteger arrived = new AtomicInteger();
            scene.api.handle(request -> {
                if (arrived.incrementAndGet() > 1) {
                    scene.api.echo(request);
                } else if (goAway) {
                    var unused = request.connection().goAway(0, 0);
                } else {
                    var unused = request.response().reset(Http2Error.REFUSED_STREAM.code());
                }
            });

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo("a body");
            assertThat(arrived).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRequestThatTheApiMayHaveProcessedIsNot(boolean goAway) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            AtomicInteger arrived = new AtomicInteger();
            scene.api.handle(request -> {
                arrived.incrementAndGet();
                if (goAway) {
                    var unused =
                            request.connection().goAway(0, request.streamId()).close();
                } else {
                    var unused = request.response().reset(Http2Error.CANCEL.code());
                }
            });

            HttpResponse<String> response =
                    scene.fetch(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(arrived).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "99", "1000"})
    void anUpgradeAndAnInvalidStatusCodeAreRejected(String status) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.handle(request -> {
                writeHead(request, status);
                request.response().end("the response");
            });

            assertThat(scene.fetch(scene.request("/api/x")).statusCode()).isEqualTo(502);
        }
    }

    @Test
    void aResponseWithVeryManyFieldsIsRejectedAndOthersContinue() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.handle(request -> {
                if (request.uri().contains("many")) {
                    for (int field = 0; field < 250; field++) {
                        request.response().headers().add("a", "");
                    }
                }
                request.response().end("the response");
            });

            HttpResponse<String> response = scene.fetch(scene.request("/api/many"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("more than 200 header fields");
            assertThat(scene.fetch(scene.request("/api/x")).body()).isEqualTo("the response");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9})
    void aWrongLengthEndsTheExchange(int length) throws Exception {
        try (ForwardScene scene =
                        ForwardScene.builder().tls(server(true), client()).open();
                RawHttp caller = RawHttp.open(scene.port())) {
            scene.api.handle(request -> request.response()
                    .putHeader("content-length", Integer.toString(length))
                    .end("hello"));
            caller.sendMore("GET /api/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
            String received = caller.readUntilSilent(Duration.ofSeconds(20));
            int head = received.indexOf("\r\n\r\n") + 4;
            assertThat(received.isEmpty() || received.startsWith("HTTP/1.1 502") || received.length() - head < length)
                    .as(received)
                    .isTrue();
        }
    }

    /** Sends a request and does not read. The operating system buffers less than half of the response. */
    private static Socket notReading(ForwardScene scene) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), scene.port()));
        socket.getOutputStream()
                .write("GET /api/large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        scene.awaitBegun(1);
        return socket;
    }

    private static int read(Socket socket) throws IOException {
        return socket.getInputStream().readAllBytes().length;
    }

    @Test
    void aCallerThatDoesNotReadDoesNotBlockOthersOnTheConnection() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            respondLarge(scene);
            for (int caller = 0; caller < 20; caller++) {
                idle.add(notReading(scene));
            }
            for (int round = 0; round < 20; round++) {
                assertThat(scene.fetch(scene.request("/api/small")).body()).isEqualTo("small");
            }
            assertThat(read(idle.getFirst())).isGreaterThan(LARGE);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void withoutMemoryOneStalledCallerIsAborted() throws Exception {
        try (ForwardScene scene = ForwardScene.builder()
                .tls(server(true), client())
                .memory(2 * 65_535)
                .open()) {
            respondLarge(scene);
            try (Socket first = notReading(scene);
                    Socket second = notReading(scene);
                    Socket third = notReading(scene);
                    Socket fourth = notReading(scene);
                    Socket fifth = notReading(scene)) {
                assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);

                assertThat(scene.fetch(scene.request("/api/small")).body()).isEqualTo("small");
                assertThat(List.of(read(first), read(second), read(third), read(fourth), read(fifth)))
                        .filteredOn(bytes -> bytes < LARGE)
                        .hasSize(1);
            }
        }
    }

    /** Stops reading from a connection, as an API that hangs does. */
    private static void stopReading(HttpServerRequest request) {
        var unused = ((ConnectionBase) request.connection()).channel().config().setAutoRead(false);
    }

    /** RFC 9113 section 10.5: heads have no flow control, so those of callers that leave would stay in memory. */
    @Test
    void aConnectionThatTheApiDoesNotReadIsReplacedWhenCallersLeave() throws Exception {
        Http2Settings largeHeads = new Http2Settings().setMaxHeaderListSize(1 << 20);
        Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
        try (ForwardScene scene = ForwardScene.builder()
                .tls(server(true).setInitialSettings(largeHeads), client())
                .open()) {
            scene.api.handle(request -> {
                connections.add(request.connection());
                if (connections.size() > 1) {
                    scene.api.echo(request);
                } else {
                    stopReading(request);
                }
            });
            for (int caller = 0; caller < 500 && connections.size() < 2; caller++) {
                try (RawHttp leaving = RawHttp.open(scene.port())) {
                    leaving.sendMore("GET /api/ HTTP/1.1\r\nHost: localhost\r\nX: " + "~".repeat(50_000) + "\r\n\r\n");
                    scene.awaitBegun(1);
                }
                var unused = scene.outcome();
            }

            assertThat(scene.fetch(scene.request("/api/x")).statusCode()).isEqualTo(200);
            assertThat(connections).hasSize(2);
        }
    }

    @Test
    void anIdleConnectionThatAllowsNoMoreStreamsIsClosed() throws Exception {
        int requests = 10;
        Semaphore closed = new Semaphore(0);
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.handle(request -> request.connection()
                    .closeHandler(gone -> closed.release())
                    .updateSettings(new Http2Settings().setMaxConcurrentStreams(0))
                    .onComplete(acknowledged -> request.response().end()));
            for (int request = 0; request < requests; request++) {
                assertThat(scene.fetch(scene.request("/api/x")).statusCode()).isEqualTo(200);
            }

            assertThat(closed.tryAcquire(requests - 1, 20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anApiThatAllowsNoStreamsIsUnavailable() throws Exception {
        Http2Settings none = new Http2Settings().setMaxConcurrentStreams(0);
        try (ForwardScene scene = ForwardScene.builder()
                .tls(server(true).setInitialSettings(none), client())
                .open()) {
            HttpResponse<String> response = scene.fetch(scene.request("/api/x"));

            assertThat(response.statusCode()).isEqualTo(502);
            assertThat(response.body()).contains("cannot be reached: it allows no HTTP/2 streams");
        }
    }
}

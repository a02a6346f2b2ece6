package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.CertificateAuthority;
import dev.tokensidecar.testing.RawHttp;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientOptions;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An API that speaks TLS, and HTTP/2 where both ends can. */
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

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theApiMaySpeakEither(boolean http2) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(http2), client()).open()) {
            scene.api.accept("access-2");

            HttpResponse<String> answer = scene.answer(scene.request("/api/x").POST(BodyPublishers.ofString("a body")));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("a body");
            assertThat(scene.api.seen())
                    .hasSize(2)
                    .extracting(Api.Seen::version)
                    .containsOnly(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
        }
    }

    @Test
    void anApiThatNobodyVouchesForGetsNoToken() throws Exception {
        HttpClientOptions distrustful = client().setTrustOptions(null);
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), distrustful).open()) {
            HttpResponse<String> answer = scene.answer(scene.request("/api/x"));

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("certificate that is not trusted");
            assertThat(scene.api.seen()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anInterimAnswerIsSkipped(boolean http2) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(http2), client()).open()) {
            scene.api.answer(request -> request.response()
                    .writeEarlyHints(MultiMap.caseInsensitiveMultiMap().add("link", "</x>"))
                    .onComplete(sent -> request.response().end("the answer")));

            HttpResponse<String> answer = scene.answer(scene.request("/api/x"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("the answer");
            assertThat(answer.headers().firstValue("Link")).isEmpty();
        }
    }

    private static void large(ForwardScene scene) {
        scene.api.answer(
                request -> request.response().end(request.uri().contains("large") ? "x".repeat(LARGE) : "small"));
    }

    /** Vert.x writes no interim answers but 100 and 103. */
    private static void interim(HttpServerRequest request, String status) {
        ChannelHandlerContext context = ((ConnectionBase) request.connection()).channelHandlerContext();
        Http2ConnectionEncoder encoder = ((Http2ConnectionHandler) context.handler()).encoder();
        var unused = encoder.writeHeaders(
                context, request.streamId(), new DefaultHttp2Headers().status(status), 0, false, context.newPromise());
    }

    @ParameterizedTest
    @ValueSource(strings = {"102", "104", "199"})
    void noInterimAnswerIsTheAnswer(String status) throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.answer(request -> {
                interim(request, status);
                request.response().end("the answer");
            });

            HttpResponse<String> answer = scene.answer(scene.request("/api/x"));

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("the answer");
        }
    }

    @Test
    void anUpgradeIsNoAnswer() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.answer(request -> {
                interim(request, "101");
                request.response().end("the answer");
            });

            assertThat(scene.answer(scene.request("/api/x")).statusCode()).isEqualTo(502);
        }
    }

    @Test
    void anAnswerWithVeryManyFieldsIsNoAnswerAndOthersGoOn() throws Exception {
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            scene.api.answer(request -> {
                if (request.uri().contains("many")) {
                    for (int field = 0; field < 250; field++) {
                        request.response().headers().add("a", "");
                    }
                }
                request.response().end("the answer");
            });

            HttpResponse<String> answer = scene.answer(scene.request("/api/many"));

            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("more than 200 header fields");
            assertThat(scene.answer(scene.request("/api/x")).body()).isEqualTo("the answer");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 9})
    void aWrongLengthLeadsNobodyAstray(int length) throws Exception {
        try (ForwardScene scene =
                        ForwardScene.builder().tls(server(true), client()).open();
                RawHttp caller = RawHttp.open(scene.port())) {
            scene.api.answer(request -> request.response()
                    .putHeader("content-length", Integer.toString(length))
                    .end("hello"));
            caller.goOn("GET /api/ HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
            String heard = caller.some(Duration.ofSeconds(20));
            int head = heard.indexOf("\r\n\r\n") + 4;
            assertThat(heard.isEmpty() || heard.startsWith("HTTP/1.1 502") || heard.length() - head < length)
                    .as(heard)
                    .isTrue();
        }
    }

    /** The system holds less than half of the answer for it. */
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
    void aCallerWhoDoesNotReadStopsNobodyElseOnTheConnection() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (ForwardScene scene =
                ForwardScene.builder().tls(server(true), client()).open()) {
            large(scene);
            for (int caller = 0; caller < 20; caller++) {
                idle.add(notReading(scene));
            }
            for (int round = 0; round < 20; round++) {
                assertThat(scene.answer(scene.request("/api/small")).body()).isEqualTo("small");
            }
            assertThat(read(idle.getFirst())).isGreaterThan(LARGE);
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void withoutMemoryTheOneWhoHasNotReadForLongestIsCutOff() throws Exception {
        try (ForwardScene scene = ForwardScene.builder()
                .tls(server(true), client())
                .memory(2 * 65_535)
                .open()) {
            large(scene);
            try (Socket first = notReading(scene);
                    Socket second = notReading(scene);
                    Socket third = notReading(scene)) {
                assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);

                assertThat(scene.answer(scene.request("/api/small")).body()).isEqualTo("small");
                assertThat(List.of(read(first), read(second), read(third)))
                        .filteredOn(bytes -> bytes < LARGE)
                        .hasSize(1);
            }
        }
    }
}

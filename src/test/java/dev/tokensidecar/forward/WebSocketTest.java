package dev.tokensidecar.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.testing.http.RawHttp;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets between an application and an API. */
@Timeout(60)
class WebSocketTest {

    private static final String HANDSHAKE = """
            GET /api/x HTTP/1.1\r
            Host: localhost\r
            Connection: keep-alive, Upgrade\r
            Upgrade: %s\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r
            \r
            """;

    /** The application's end. */
    private static final class Application implements WebSocket.Listener {

        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final BlockingQueue<Integer> closes = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private WebSocket socket;

        Application(ForwardScene scene) {
            socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .connectTimeout(Duration.ofSeconds(20))
                    .subprotocols("chat")
                    .buildAsync(URI.create("ws://localhost:" + scene.port() + "/api/x?room=1"), this)
                    .join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closes.add(code);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            closes.add(-1);
        }

        String receive() throws InterruptedException {
            return messages.poll(20, TimeUnit.SECONDS);
        }

        Integer awaitClose() throws InterruptedException {
            return closes.poll(20, TimeUnit.SECONDS);
        }
    }

    private static ForwardScene open(ForwardScene.Builder builder) throws Exception {
        ForwardScene scene = builder.tls(
                        new HttpServerOptions().addWebSocketSubProtocol("chat").setMaxWebSocketMessageSize(1 << 24),
                        new io.vertx.core.http.HttpClientOptions())
                .open();
        scene.api.handle(request -> accept(scene, request));
        return scene;
    }

    /** Echoes messages if the token is {@code access-2}. */
    private static void accept(ForwardScene scene, HttpServerRequest request) {
        scene.api.record(request, io.vertx.core.buffer.Buffer.buffer());
        if ("Bearer access-2".equals(request.getHeader("Authorization"))) {
            request.toWebSocket()
                    .onSuccess(socket -> socket.textMessageHandler(text -> {
                        if (text.equals("close")) {
                            socket.close((short) 4000, "as you wish");
                        } else {
                            socket.writeTextMessage(text);
                        }
                    }));
        } else {
            Api.reject(request, Api.INVALID_TOKEN);
        }
    }

    @Test
    void theHandshakeGetsATokenAndIsRepeatedAndThenMessagesPass() throws Exception {
        try (ForwardScene scene = open(ForwardScene.builder())) {
            Application application = new Application(scene);

            application.socket.sendText("hello", true).join();
            assertThat(application.receive()).isEqualTo("hello");
            assertThat(application.socket.getSubprotocol()).isEqualTo("chat");
            String long_ = "x".repeat(1 << 20);
            application.socket.sendText(long_, true).join();
            assertThat(application.receive()).isEqualTo(long_);
            application.socket.sendText("close", true).join();
            assertThat(application.awaitClose()).isEqualTo(4000);

            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
            assertThat(scene.api.requests())
                    .extracting(Api.RecordedRequest::token)
                    .containsExactly("Bearer access-1", "Bearer access-2");
            assertThat(scene.api.requests())
                    .extracting(Api.RecordedRequest::uri)
                    .containsOnly("/base/x?room=1");
        }
    }

    @Test
    void theApplicationMayCloseFirst() throws Exception {
        try (ForwardScene scene = open(ForwardScene.builder())) {
            Application application = new Application(scene);

            application.socket.sendClose(4001, "enough").join();

            assertThat(application.awaitClose()).isEqualTo(4001);
            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void aBrokenConnectionEndsTheOtherOne() throws Exception {
        try (ForwardScene scene = open(ForwardScene.builder())) {
            Application application = new Application(scene);
            application.socket.sendPing(ByteBuffer.wrap(new byte[1])).join();

            application.socket.abort();

            assertThat(scene.outcome()).isEqualTo(Outcome.REPEATED);
        }
    }

    @Test
    void anIdleWebSocketIsClosed() throws Exception {
        try (ForwardScene scene = open(ForwardScene.builder().idleTimeout(Duration.ofMillis(200)))) {
            Application application = new Application(scene);

            assertThat(application.awaitClose()).isIn(-1, 1006);
            assertThat(scene.outcome()).isEqualTo(Outcome.TIMEOUT);
        }
    }

    @Test
    void aRejectedHandshakeReachesTheApplication() throws Exception {
        try (ForwardScene scene = open(ForwardScene.builder())) {
            scene.api.handle(request -> Api.reject(request, "Basic"));

            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> new Application(scene)))
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("Unexpected HTTP response status code 401");
            assertThat(scene.outcome()).isEqualTo(Outcome.ANSWERED);
        }
    }

    /** A caller could send requests that nobody checks, if the API took the sidecar for a client of these protocols. */
    @ParameterizedTest
    @ValueSource(strings = {"h2c", "HTTP/2.0", "TLS/1.2", "websocket, h2c", "tcp"})
    void otherProtocolsAreNotOffered(String protocol) throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open();
                RawHttp connection = RawHttp.open(scene.port())) {
            connection.sendMore(HANDSHAKE.formatted(protocol));

            assertThat(connection.readResponse().status()).isEqualTo(200);
            assertThat(scene.api.requests().getFirst().headers().names())
                    .noneMatch(name -> name.equalsIgnoreCase("Upgrade"))
                    .noneMatch(name -> name.equalsIgnoreCase("HTTP2-Settings"));
        }
    }

    @Test
    void aSwitchToAnotherProtocolThanOfferedIsMalformed() throws Exception {
        try (ForwardScene scene = ForwardScene.builder().open();
                RawHttp connection = RawHttp.open(scene.port())) {
            scene.api.handle(request -> {
                var socket = ((io.vertx.core.net.impl.ConnectionBase) request.connection()).channel();
                var unused = socket.pipeline()
                        .firstContext()
                        .writeAndFlush(io.netty.buffer.Unpooled.copiedBuffer(
                                "HTTP/1.1 101 x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
                                java.nio.charset.StandardCharsets.US_ASCII));
            });

            connection.sendMore(HANDSHAKE.formatted("websocket"));

            assertThat(connection.readResponse().status()).isEqualTo(502);
            assertThat(scene.outcome()).isEqualTo(Outcome.UNAVAILABLE);
        }
    }

    /** RFC 6455 section 4.1 forbids that. The bytes would be lost. */
    @ParameterizedTest
    @ValueSource(strings = {"\u0001\u0005hello", "a line\r\n", "GET /api/y HTTP/1.1\r\nHost: localhost\r\n\r\n"})
    void aCallerThatDoesNotWaitForTheSwitchIsRejected(String early) throws Exception {
        try (ForwardScene scene = open(ForwardScene.builder());
                RawHttp connection = RawHttp.open(scene.port())) {
            scene.api.accept("access-2");

            connection.sendMore(HANDSHAKE.formatted("websocket") + early);

            RawHttp.Response response = connection.readResponse();
            assertThat(response.status()).isEqualTo(400);
            assertThat(response.body()).contains("wait for the response to the opening handshake");
            assertThat(scene.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(connection.readUntilSilent(Duration.ofSeconds(20))).isEmpty();
        }
    }
}

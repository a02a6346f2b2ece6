package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.ingress.HttpListener;
import dev.tokensidecar.ingress.ListenerLimits;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.testing.core.FakeAuthorizationServer;
import dev.tokensidecar.testing.core.FakeStore;
import dev.tokensidecar.testing.core.RecordingListener;
import dev.tokensidecar.testing.time.VirtualTime;
import dev.tokensidecar.token.AccessTokenPublisher;
import dev.tokensidecar.token.BackOff;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.RefreshPolicy;
import dev.tokensidecar.token.Session;
import dev.tokensidecar.token.TokenRuntime;
import dev.tokensidecar.token.TokenService;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The token interface without the framework: the listener, the guard, and a handler that serves the token. */
final class GuardedListener {

    static final Set<String> TARGETS = Set.of("/token", "/tokens/default");

    private static final long HEAP = 64L << 20;
    private static final Duration DAY = Duration.ofDays(1);
    private static final int PATIENCE_MILLIS = 5000;
    private static final int CHECKS = 5;
    private static final Duration CHECK_INTERVAL = Duration.ofNanos(200_000);

    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final ObjectMapper json = new ObjectMapper();
    private final ConfiguredToken token = token();
    private final int port;

    private GuardedListener() throws Exception {
        var unused = vertx.exceptionHandler(failures::add);
        port = listen(requests());
    }

    static GuardedListener open() {
        try {
            return new GuardedListener();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Listens as the packaged application does. Failures of connections do not count. */
    private int listen(Router requests) throws Exception {
        ConnectionTable table =
                new ConnectionTable(ListenerLimits.ofTokenInterface(HEAP), System::nanoTime, failure -> {});
        return HttpListener.open(
                        vertx,
                        SocketAddress.inetSocketAddress(0, "127.0.0.1"),
                        Entrance.ofAllTokens("test"),
                        table,
                        HttpListener.Versions.HTTP_1_1,
                        requests)
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                .actualPort();
    }

    private Router requests() {
        Router router = Router.router(vertx);
        var unused = router.route()
                .handler(new Guard(new ProblemResponder(json), CallerCredentials.NONE, AuditTrail.OFF))
                .handler(this::serveToken)
                .failureHandler(context -> {
                    if (context.failure() != null) {
                        failures.add(context.failure());
                    }
                    context.next();
                });
        return router;
    }

    /** Serves the token like {@link FastPath}. */
    private void serveToken(RoutingContext context) {
        HttpServerRequest request = context.request();
        TokenResponseBody response =
                isForToken(request) ? token.freshResponse(TokenMediaType.JSON, CallerListener.NONE) : null;
        if (response == null) {
            var unused = context.response().setStatusCode(404).end();
            return;
        }
        var unused = context.response().end(response.body());
        RepeatedRequests.learn(request, token, response, AuditTrail.OFF);
    }

    private static boolean isForToken(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET)
                && TARGETS.contains(request.path())
                && !request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private ConfiguredToken token() {
        FakeAuthorizationServer server = new FakeAuthorizationServer();
        server.respondImmediately();
        VirtualTime time = new VirtualTime();
        TokenRuntime runtime = new TokenRuntime(time, new Random(1), time, Runnable::run);
        TokenService service = new TokenService(
                "default",
                server,
                new Session(new FakeStore(), Duration.ofSeconds(2), FakeStore.PROCESS, runtime),
                policy(),
                1,
                connections -> Collections.nCopies(connections.size(), "group"),
                runtime,
                new RecordingListener(),
                AccessTokenPublisher.NONE);
        service.start();
        RequestParameters parameters =
                new RequestParameters(Duration.ofSeconds(5), Duration.ofSeconds(30), List.of(), "sidecar.token.fields");
        return ConfiguredToken.of("default", service, parameters, json, time);
    }

    private static RefreshPolicy policy() {
        return new RefreshPolicy(
                Duration.ofSeconds(60),
                0,
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ZERO,
                DAY,
                DAY,
                Duration.ofSeconds(30),
                new BackOff(Duration.ofMillis(500), Duration.ofSeconds(30), DAY, DAY));
    }

    /** Returns all failures so far. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** Sends the pieces one after the other and reads until the connection ends. */
    String exchange(String[] pieces) throws IOException {
        ByteArrayOutputStream responses = new ByteArrayOutputStream();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            InputStream in = socket.getInputStream();
            for (String piece : pieces) {
                socket.getOutputStream().write(piece.getBytes(ISO_8859_1));
                awaitRead(in);
                responses.writeBytes(in.readNBytes(in.available()));
            }
            socket.shutdownOutput();
            var unused = in.transferTo(responses);
        } catch (SocketException closed) {
            // the listener may close the connection at any time
        }
        return responses.toString(ISO_8859_1);
    }

    /** Waits until the listener has read a piece: certainly if it responds, and almost always after a while. */
    private static void awaitRead(InputStream in) throws IOException {
        for (int checks = 0; checks < CHECKS && in.available() == 0; checks++) {
            LockSupport.parkNanos(CHECK_INTERVAL.toNanos());
        }
    }
}

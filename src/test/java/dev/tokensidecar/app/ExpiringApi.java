package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tokensidecar.demo.DemoAuthorizationServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An API of the same house as a log-in service that does not speak OAuth: takes its access tokens until they end, and says
 * 401 with {@code {"message":"token expired"}} from then on. What is below {@link #NOT_YOURS} it gives to nobody.
 */
final class ExpiringApi implements AutoCloseable {

    static final String NOT_YOURS = "/not-yours";

    private static final int BACKLOG = 1024;
    private static final long PATIENCE_SECONDS = 30;
    private static final String BEARER = "Bearer ";

    private final DemoAuthorizationServer issuer;
    private final InstantSource clock;
    private final HttpServer http;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger expired = new AtomicInteger();
    private volatile CountDownLatch gathering = new CountDownLatch(0);

    ExpiringApi(DemoAuthorizationServer issuer, InstantSource clock) throws IOException {
        this.issuer = issuer;
        this.clock = clock;
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        http.setExecutor(executor);
        http.createContext("/", this::handle);
        http.start();
    }

    String address() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** Answers no call with an expired token before so many of them have arrived. */
    void gather(int calls) {
        gathering = new CountDownLatch(calls);
    }

    /** How many calls came with an expired token. */
    int expired() {
        return expired.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Instant end = end(exchange.getRequestHeaders().getFirst("Authorization"));
            if (end == null) {
                answer(exchange, 401, new JsonObject().put("message", "token unknown"));
            } else if (!clock.instant().isBefore(end)) {
                expired.incrementAndGet();
                gatherOrGiveUp();
                answer(exchange, 401, new JsonObject().put("message", "token expired"));
            } else if (path.equals(NOT_YOURS)) {
                answer(exchange, 401, new JsonObject().put("message", "not yours"));
            } else {
                answer(exchange, 200, new JsonObject().put("path", path));
            }
        }
    }

    private @Nullable Instant end(@Nullable String authorization) {
        return authorization == null || !authorization.startsWith(BEARER)
                ? null
                : issuer.accessTokens().get(authorization.substring(BEARER.length()));
    }

    private void gatherOrGiveUp() throws IOException {
        gathering.countDown();
        try {
            if (!gathering.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(gathering.getCount() + " calls did not arrive");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, JsonObject json) throws IOException {
        byte[] body = json.encode().getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        http.stop(0);
        executor.shutdownNow();
    }
}

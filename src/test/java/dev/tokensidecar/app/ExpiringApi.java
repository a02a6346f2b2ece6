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
 * The API of a login service that does not speak OAuth. It accepts access tokens until they expire, and then responds with
 * 401 and {@code {"message":"token expired"}}. {@link #NOT_YOURS} responds with another 401 to every caller.
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

    /** Delays responses to expired tokens until this many of them have arrived. */
    void gather(int calls) {
        gathering = new CountDownLatch(calls);
    }

    /** Returns the number of calls with an expired token. */
    int expired() {
        return expired.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            Instant expiry = expiry(exchange.getRequestHeaders().getFirst("Authorization"));
            if (expiry == null) {
                respond(exchange, 401, new JsonObject().put("message", "token unknown"));
            } else if (!clock.instant().isBefore(expiry)) {
                expired.incrementAndGet();
                awaitGathering();
                respond(exchange, 401, new JsonObject().put("message", "token expired"));
            } else if (path.equals(NOT_YOURS)) {
                respond(exchange, 401, new JsonObject().put("message", "not yours"));
            } else {
                respond(exchange, 200, new JsonObject().put("path", path));
            }
        }
    }

    private @Nullable Instant expiry(@Nullable String authorization) {
        return authorization == null || !authorization.startsWith(BEARER)
                ? null
                : issuer.accessTokens().get(authorization.substring(BEARER.length()));
    }

    private void awaitGathering() throws IOException {
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

    private static void respond(HttpExchange exchange, int status, JsonObject json) throws IOException {
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

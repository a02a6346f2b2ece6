package dev.tokensidecar.testing.server;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A loopback HTTP proxy in front of an authorization server. It records the POSTs, and holds or delays requests and
 * responses on demand.
 */
public final class CountingProxy implements AutoCloseable {

    /** Enough for the connections of a herd. */
    private static final int BACKLOG = 1024;

    /**
     * A POST.
     *
     * @param posted its body, or what is recorded instead
     * @param status of the response; null if the target sent none
     */
    public record Exchange(
            String posted, Instant arrivedAt, @Nullable Integer status) {}

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade");

    private final URI target;
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final UnaryOperator<String> recorded;
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final Phaser pending = new Phaser(1);
    private final Semaphore held = new Semaphore(0);
    private volatile CompletableFuture<Void> requestGate = CompletableFuture.completedFuture(null);
    private volatile CompletableFuture<Void> responseGate = CompletableFuture.completedFuture(null);
    private volatile Duration delay = Duration.ZERO;

    /** Listens on a free port and forwards everything to the target. */
    public CountingProxy(URI target) {
        this(target, UnaryOperator.identity());
    }

    /**
     * Listens on a free port and forwards everything to the target.
     *
     * @param recorded returns what to record instead of a body
     */
    public CountingProxy(URI target, UnaryOperator<String> recorded) {
        this.target = target;
        this.recorded = recorded;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Returns the address of a path of the target behind this proxy. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort()).resolve(path);
    }

    /** Returns the number of POSTs so far, held ones included. */
    public int posts() {
        return posted.size();
    }

    /** Returns the bodies of the POSTs in the order of arrival, or what is recorded instead. */
    public List<String> posted() {
        return List.copyOf(posted);
    }

    /** Returns the POSTs that have ended, in the order of their ends. */
    public List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /** Holds each POST from now on until {@link #release()}. */
    public void hold() {
        requestGate = new CompletableFuture<>();
    }

    /** Forwards each POST from now on and holds its response until {@link #release()}. */
    public void holdResponses() {
        responseGate = new CompletableFuture<>();
    }

    /** Waits until one more POST or response is held. */
    public void awaitHeld() throws InterruptedException {
        if (!held.tryAcquire(TIMEOUT.toMillis(), MILLISECONDS)) {
            throw new IllegalStateException("no POST arrived within " + TIMEOUT);
        }
    }

    /** Releases held POSTs and responses, and does not hold further ones. */
    public void release() {
        requestGate.complete(null);
        responseGate.complete(null);
    }

    /** Waits until the target has responded to all POSTs so far, whether or not a client waits. */
    public void awaitResponses() throws InterruptedException, TimeoutException {
        var unused = pending.awaitAdvanceInterruptibly(pending.arrive(), TIMEOUT.toMillis(), MILLISECONDS);
    }

    /** Delays each POST from now on by this time. */
    public void delay(Duration duration) {
        delay = duration;
    }

    @Override
    public void close() {
        release();
        server.stop(0);
        executor.shutdownNow();
        client.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        boolean post = exchange.getRequestMethod().equals("POST");
        respond(exchange, post ? post(exchange, body) : send(exchange, body));
    }

    private HttpResponse<byte[]> post(HttpExchange exchange, byte[] body) throws IOException {
        Instant arrivedAt = Instant.now();
        String record = recorded.apply(new String(body, StandardCharsets.UTF_8));
        Integer status = null;
        pending.register();
        HttpResponse<byte[]> response;
        try {
            posted.add(record);
            pass(requestGate, delay);
            response = send(exchange, body);
            status = response.statusCode();
        } finally {
            exchanges.add(new Exchange(record, arrivedAt, status));
            pending.arriveAndDeregister();
        }
        pass(responseGate, Duration.ZERO);
        return response;
    }

    private void pass(CompletableFuture<Void> gate, Duration delay) {
        if (!gate.isDone()) {
            held.release();
        }
        gate.thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(delay.toMillis(), MILLISECONDS))
                .orTimeout(TIMEOUT.toSeconds(), SECONDS)
                .join();
    }

    private HttpResponse<byte[]> send(HttpExchange exchange, byte[] body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (isEndToEnd(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static void respond(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
        try (exchange) {
            response.headers().map().forEach((name, values) -> {
                if (isEndToEnd(name)) {
                    exchange.getResponseHeaders().put(name, List.copyOf(values));
                }
            });
            int length = response.body().length;
            exchange.sendResponseHeaders(response.statusCode(), length == 0 ? -1 : length);
            exchange.getResponseBody().write(response.body());
        }
    }

    private static boolean isEndToEnd(String header) {
        return !HOP_BY_HOP.contains(header.toLowerCase(Locale.ROOT));
    }
}

package dev.tokensidecar.testing;

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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A loopback HTTP proxy in front of an authorization server: counts the POSTs, holds or delays them on demand. */
public final class CountingProxy implements AutoCloseable {

    /** As many connections as a herd of callers opens at once. */
    private static final int BACKLOG = 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> HOP_BY_HOP =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade");

    private final URI target;
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger posts = new AtomicInteger();
    private final Semaphore held = new Semaphore(0);
    private volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);
    private volatile Duration delay = Duration.ZERO;

    /** Listens on a free port and hands everything on to the target. */
    public CountingProxy(URI target) {
        this.target = target;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The address of a path of the target, by way of this proxy. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort()).resolve(path);
    }

    /** How many POSTs have arrived so far, held ones too. */
    public int posts() {
        return posts.get();
    }

    /** Keeps each POST from now on until {@link #release()}. */
    public void hold() {
        gate = new CompletableFuture<>();
    }

    /** Waits until one more POST is held. */
    public void awaitHeld() throws InterruptedException {
        if (!held.tryAcquire(PATIENCE.toMillis(), MILLISECONDS)) {
            throw new IllegalStateException("no POST arrived within " + PATIENCE);
        }
    }

    /** Lets the held POSTs go on to the target, and those to come. */
    public void release() {
        gate.complete(null);
    }

    /** Makes each POST from now on reach the target this much later. */
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
        if (exchange.getRequestMethod().equals("POST")) {
            posts.incrementAndGet();
            CompletableFuture<Void> release = gate;
            if (!release.isDone()) {
                held.release();
            }
            release.thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(delay.toMillis(), MILLISECONDS))
                    .orTimeout(PATIENCE.toSeconds(), SECONDS)
                    .join();
        }
        answer(exchange, send(exchange, body));
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

    private static void answer(HttpExchange exchange, HttpResponse<byte[]> response) throws IOException {
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

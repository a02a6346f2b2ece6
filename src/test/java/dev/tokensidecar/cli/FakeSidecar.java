package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A server that responds to each request with the same text, and remembers the requests. */
final class FakeSidecar implements AutoCloseable {

    /** What a sidecar sends. */
    static final String TOKEN = """
            {"access_token":"s3cret","token_type":"Bearer","expires_in":287,"expires_at":"2026-11-24T00:10:14Z","generation":4}""";

    private final HttpServer server;
    private final Queue<String> targets = new ConcurrentLinkedQueue<>();
    private volatile int status = 200;
    private volatile String body = TOKEN;
    private volatile @Nullable String retryAfter;
    private volatile @Nullable Headers headers;

    FakeSidecar() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            targets.add(exchange.getRequestURI().toString());
            headers = exchange.getRequestHeaders();
            if (retryAfter != null) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    void responds(int nextStatus, String nextBody) {
        status = nextStatus;
        body = nextBody;
    }

    void retryAfter(String seconds) {
        retryAfter = seconds;
    }

    String url() {
        return "http://localhost:" + port();
    }

    String port() {
        return Integer.toString(server.getAddress().getPort());
    }

    Queue<String> targets() {
        return targets;
    }

    @Nullable String header(String name) {
        return headers == null ? null : headers.getFirst(name);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.tokensidecar.attack;

import dev.tokensidecar.testing.concurrent.RepeatingThreads;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.measurement.Latencies;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** An application that keeps requesting its token, on one kept connection and on a new connection each time. */
final class TokenCaller implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(4);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final String REQUEST = "GET /token HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n";

    private final int port;
    private final Latencies keptLatencies = new Latencies();
    private final Latencies newLatencies = new Latencies();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final RepeatingThreads onKept;
    private final RepeatingThreads onNew;
    private @Nullable RawHttp connection;

    TokenCaller(int port) {
        this.port = port;
        onKept = new RepeatingThreads(1, () -> measure(keptLatencies, this::requestOnSameConnection));
        onNew = new RepeatingThreads(1, () -> measure(newLatencies, this::requestOnNewConnection));
    }

    private boolean measure(Latencies latencies, Runnable request) {
        long start = System.nanoTime();
        try {
            request.run();
            latencies.add(System.nanoTime() - start);
        } catch (UncheckedIOException | AssertionError e) {
            failures.add("after %d ms: %s".formatted((System.nanoTime() - start) / 1_000_000, e));
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }

    private void requestOnSameConnection() {
        RawHttp open = connection == null ? RawHttp.open(port).readTimeout(TIMEOUT) : connection;
        connection = null;
        expectToken(open.send(REQUEST).readResponse());
        connection = open;
    }

    private void requestOnNewConnection() {
        try (RawHttp once = RawHttp.open(port).readTimeout(TIMEOUT)) {
            expectToken(once.send(REQUEST).readResponse());
        }
    }

    private static void expectToken(RawHttp.Response reply) {
        if (reply.status() != 200 || reply.body().isBlank()) {
            throw new AssertionError(reply.status() + " " + reply.body());
        }
    }

    /** The 99th percentile of the latency in milliseconds, on the worse kind of connection. */
    double p99Millis() {
        return Math.max(keptLatencies.millis(0.99), newLatencies.millis(0.99));
    }

    long responses() {
        return Math.min(keptLatencies.count(), newLatencies.count());
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Waits for the responses to the last requests. */
    @Override
    public void close() {
        onKept.close();
        onNew.close();
        if (connection != null) {
            connection.close();
        }
    }
}

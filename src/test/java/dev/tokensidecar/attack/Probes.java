package dev.tokensidecar.attack;

import dev.tokensidecar.testing.concurrent.RepeatingThreads;
import dev.tokensidecar.testing.http.RawHttp;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The kubelet and Prometheus, each from its own address and with a new connection each time. */
final class Probes implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int KUBELET = 60_000;
    private static final int PROMETHEUS = 60_001;

    private final int port;
    private final AtomicInteger succeeded = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<RepeatingThreads> both;

    Probes(int port) {
        this.port = port;
        both = List.of(
                new RepeatingThreads(1, () -> probe(KUBELET, "/q/health/live", "\"UP\"")),
                new RepeatingThreads(1, () -> probe(PROMETHEUS, "/q/metrics", "token_sidecar_generation")));
    }

    private boolean probe(int peer, String path, String expected) {
        try (RawHttp connection = RawHttp.from(new InetSocketAddress(ListenAddress.peer(peer), 0), port)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: 10.0.0.7:9191\r\nConnection: close\r\n\r\n";
            RawHttp.Response reply =
                    connection.readTimeout(TIMEOUT).send(request).readUntilClosed();
            if (reply.status() == 200 && reply.body().contains(expected)) {
                succeeded.incrementAndGet();
            } else {
                failures.add(path + ": " + reply);
            }
        } catch (UncheckedIOException | AssertionError e) {
            failures.add(path + ": " + e);
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }

    int succeeded() {
        return succeeded.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        both.forEach(RepeatingThreads::close);
    }
}

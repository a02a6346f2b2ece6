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

/** An application that goes on asking for its token: on a connection it keeps, and on a new one each time. */
final class Bystander implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(4);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String QUESTION = "GET /token HTTP/1.1\r\nHost: localhost\r\nAccept: text/plain\r\n\r\n";

    private final int port;
    private final Latencies kept = new Latencies();
    private final Latencies anew = new Latencies();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final RepeatingThreads keeping;
    private final RepeatingThreads coming;
    private @Nullable RawHttp connection;

    Bystander(int port) {
        this.port = port;
        keeping = new RepeatingThreads(1, () -> ask(kept, this::askOnKept));
        coming = new RepeatingThreads(1, () -> ask(anew, this::askAnew));
    }

    private boolean ask(Latencies latencies, Runnable question) {
        long asked = System.nanoTime();
        try {
            question.run();
            latencies.add(System.nanoTime() - asked);
        } catch (UncheckedIOException | AssertionError e) {
            failures.add("after %d ms: %s".formatted((System.nanoTime() - asked) / 1_000_000, e));
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        return true;
    }

    private void askOnKept() {
        RawHttp open = connection == null ? RawHttp.open(port).patience(PATIENCE) : connection;
        connection = null;
        expectToken(open.say(QUESTION).next());
        connection = open;
    }

    private void askAnew() {
        try (RawHttp once = RawHttp.open(port).patience(PATIENCE)) {
            expectToken(once.say(QUESTION).next());
        }
    }

    private static void expectToken(RawHttp.Reply reply) {
        if (reply.status() != 200 || reply.body().isBlank()) {
            throw new AssertionError(reply.status() + " " + reply.body());
        }
    }

    /** The time in milliseconds that 99 of 100 answers did not exceed, on the worse kind of connection. */
    double p99Millis() {
        return Math.max(kept.millis(0.99), anew.millis(0.99));
    }

    long answers() {
        return Math.min(kept.count(), anew.count());
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    /** Waits for the answers to the last questions. */
    @Override
    public void close() {
        keeping.close();
        coming.close();
        if (connection != null) {
            connection.close();
        }
    }
}

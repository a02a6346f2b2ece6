package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends requests at a constant rate, even if responses are late (open model). Each request has a scheduled time. Its latency
 * counts from that time, and includes the wait for a free connection.
 */
final class OpenLoad {

    private static final int CONNECTIONS = 32;
    private static final int OK = 200;
    private static final long PAUSE_NANOS = 20_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final int port;
    private final long intervalNanos;
    private final int total;
    private final Queue<CallerConnection> idle = new ArrayDeque<>();
    private final OpenLoadRecord results;
    private long startNanos;

    OpenLoad(int port, int perSecond, Duration length) {
        this.port = port;
        this.intervalNanos = Duration.ofSeconds(1).toNanos() / perSecond;
        this.total = Math.toIntExact(length.toNanos() / intervalNanos);
        this.results = new OpenLoadRecord(total);
    }

    OpenLoadRecord run() throws IOException {
        try (Selector selector = Selector.open()) {
            for (int connection = 0; connection < CONNECTIONS; connection++) {
                idle.add(CallerConnection.open(port, selector));
            }
            startNanos = System.nanoTime();
            results.start(WallClock.micros());
            sendAll(selector);
            for (SelectionKey key : selector.keys()) {
                ((CallerConnection) key.attachment()).close();
            }
        }
        return results;
    }

    private void sendAll(Selector selector) throws IOException {
        long lastNanos = total * intervalNanos + TIMEOUT.toNanos();
        int sent = 0;
        while (results.count() < total && nanos() < lastNanos) {
            while (sent < total && sent * intervalNanos <= nanos() && !idle.isEmpty()) {
                idle.remove().send(sent * intervalNanos);
                sent++;
            }
            if (selector.selectNow() > 0) {
                read(selector);
            } else if (sent * intervalNanos > nanos()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private long nanos() {
        return System.nanoTime() - startNanos;
    }

    private void read(Selector selector) throws IOException {
        for (SelectionKey key : selector.selectedKeys()) {
            CallerConnection connection = (CallerConnection) key.attachment();
            int status = connection.read();
            if (status != 0) {
                results.add(connection.sentAt(), nanos(), status == OK);
                idle.add(connection);
            }
        }
        selector.selectedKeys().clear();
    }
}

package dev.tokensidecar.attack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Runs a {@link FloodPlan} on one thread until it is closed. */
final class Flood implements AutoCloseable {

    private static final int TICK_MILLIS = 5;
    private static final int OPENED_PER_TICK = 40;
    private static final int RENEWAL_FACTOR = 2;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ListenAddress address;
    private final FloodPlan plan;
    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final List<FloodConnection> open = new ArrayList<>();
    private final Deque<Integer> missing = new ArrayDeque<>();
    private final Map<String, LongAdder> responses = new ConcurrentHashMap<>();
    private final LongAdder opened = new LongAdder();
    private volatile boolean closed;

    private Flood(ListenAddress address, FloodPlan plan) throws IOException {
        this.address = address;
        this.plan = plan;
        selector = Selector.open();
        for (int number = 0; number < plan.connections(); number++) {
            missing.add(number);
        }
        thread = Thread.ofPlatform().name("flood").unstarted(this::run);
    }

    static Flood begin(ListenAddress address, FloodPlan plan) throws IOException {
        Flood flood = new Flood(address, plan);
        flood.thread.start();
        return flood;
    }

    /** The number of responses by status; {@code other} for what is not HTTP/1. */
    Map<String, LongAdder> responses() {
        return responses;
    }

    /** The number of connections opened so far. */
    long opened() {
        return opened.sum();
    }

    private void run() {
        long last = 0;
        try {
            while (!closed) {
                long now = System.nanoTime();
                if (now - last >= Duration.ofMillis(TICK_MILLIS).toNanos()) {
                    last = now;
                    openSome();
                    open.forEach(connection -> connection.enableWriteAt(now));
                }
                selector.select(this::serve, TICK_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void openSome() {
        for (int some = 0; some < toOpen(); some++) {
            if (missing.isEmpty()) {
                replace(open.getFirst());
            }
            int number = missing.remove();
            try {
                open.add(FloodConnection.open(address, plan, number, selector));
                opened.increment();
            } catch (IOException notOpened) {
                missing.add(number);
                return;
            }
        }
    }

    private int toOpen() {
        return plan.renews() ? RENEWAL_FACTOR * OPENED_PER_TICK : Math.min(OPENED_PER_TICK, missing.size());
    }

    private void serve(SelectionKey key) {
        FloodConnection connection = (FloodConnection) key.attachment();
        try {
            if (!key.isValid() || !connection.process(scratch, this::countStatus)) {
                replace(connection);
            }
        } catch (IOException gone) {
            replace(connection);
        }
    }

    private void countStatus(String status) {
        responses.computeIfAbsent(status, first -> new LongAdder()).increment();
    }

    private void replace(FloodConnection connection) {
        connection.close();
        open.remove(connection);
        missing.add(connection.number());
    }

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.forEach(FloodConnection::close);
        selector.close();
    }
}

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

/** Carries out a {@link Plan} on one thread until it is closed. */
final class Flood implements AutoCloseable {

    private static final int TICK_MILLIS = 5;
    private static final int OPENED_PER_TICK = 40;
    private static final int FOR_ONES_THAT_LEAVE = 2;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Door door;
    private final Plan plan;
    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final List<Attacker> open = new ArrayList<>();
    private final Deque<Integer> missing = new ArrayDeque<>();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final LongAdder opened = new LongAdder();
    private volatile boolean over;

    private Flood(Door door, Plan plan) throws IOException {
        this.door = door;
        this.plan = plan;
        selector = Selector.open();
        for (int number = 0; number < plan.connections(); number++) {
            missing.add(number);
        }
        thread = Thread.ofPlatform().name("flood").unstarted(this::run);
    }

    static Flood begin(Door door, Plan plan) throws IOException {
        Flood flood = new Flood(door, plan);
        flood.thread.start();
        return flood;
    }

    /** How many answers began with which status; {@code other} for what is not HTTP/1. */
    Map<String, LongAdder> answers() {
        return answers;
    }

    /** How many connections were opened so far. */
    long opened() {
        return opened.sum();
    }

    private void run() {
        long last = 0;
        try {
            while (!over) {
                long now = System.nanoTime();
                if (now - last >= Duration.ofMillis(TICK_MILLIS).toNanos()) {
                    last = now;
                    openSome();
                    open.forEach(attacker -> attacker.armAt(now));
                }
                selector.select(this::serve, TICK_MILLIS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void openSome() {
        for (int some = 0; some < mostAtOnce(); some++) {
            if (missing.isEmpty()) {
                gone(open.getFirst());
            }
            int number = missing.remove();
            try {
                open.add(Attacker.come(door, plan, number, selector));
                opened.increment();
            } catch (IOException refused) {
                missing.add(number);
                return;
            }
        }
    }

    private int mostAtOnce() {
        return plan.leaves() ? FOR_ONES_THAT_LEAVE * OPENED_PER_TICK : Math.min(OPENED_PER_TICK, missing.size());
    }

    private void serve(SelectionKey key) {
        Attacker attacker = (Attacker) key.attachment();
        try {
            if (!key.isValid() || !attacker.goOn(scratch, this::note)) {
                gone(attacker);
            }
        } catch (IOException closed) {
            gone(attacker);
        }
    }

    private void note(String status) {
        answers.computeIfAbsent(status, first -> new LongAdder()).increment();
    }

    private void gone(Attacker attacker) {
        attacker.close();
        open.remove(attacker);
        missing.add(attacker.number());
    }

    @Override
    public void close() throws IOException {
        over = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        open.forEach(Attacker::close);
        selector.close();
    }
}

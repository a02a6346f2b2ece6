package dev.tokensidecar.fleet;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The last events of a run, for people. Off by default: most runs are not looked at. */
final class Trace {

    private static final int KEPT = 150;

    private final EventQueue queue;
    private final boolean on;
    private final Deque<String> events = new ArrayDeque<>();

    Trace(EventQueue queue, boolean on) {
        this.queue = queue;
        this.on = on;
    }

    void add(Object who, Supplier<String> event) {
        if (on) {
            events.add(String.format(Locale.ROOT, "%11.4f %s %s", queue.now() / 1e9, who, event.get()));
            if (events.size() > KEPT) {
                events.remove();
            }
        }
    }

    List<String> events() {
        return List.copyOf(events);
    }
}

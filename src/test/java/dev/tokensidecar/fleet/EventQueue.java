package dev.tokensidecar.fleet;

import java.time.Duration;
import java.util.PriorityQueue;

/** What happens in a simulation, in the order of its virtual time. What is due at one moment happens in the order of planning. */
final class EventQueue {

    private record Event(long at, long order, Runnable action) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long now;
    private long planned;

    /** Returns the true time: nanoseconds since the start. */
    long now() {
        return now;
    }

    void after(Duration delay, Runnable action) {
        at(now + delay.toNanos(), action);
    }

    void at(long nanos, Runnable action) {
        events.add(new Event(Math.max(now, nanos), planned++, action));
    }

    /** Runs the next event; false if none is due until then, which is the time from now on. */
    boolean runNext(long until) {
        Event next = events.peek();
        if (next == null || next.at > until) {
            now = until;
            return false;
        }
        now = next.at;
        events.remove().action.run();
        return true;
    }
}

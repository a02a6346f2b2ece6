package dev.tokensidecar.demo;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Assigns faults to the next token requests, one each, in order. */
public final class FaultQueue {

    /** The same fault for several token requests. */
    private static final class Repeated {
        private final Fault fault;
        private final JsonObject description;
        private int left;

        private Repeated(Fault fault, JsonObject description, int times) {
            this.fault = fault;
            this.description = description;
            this.left = times;
        }
    }

    private static final JsonObject NOT_DESCRIBED = new JsonObject();

    private final Deque<Repeated> queued = new ArrayDeque<>();
    private @Nullable Repeated standing;

    FaultQueue() {}

    /** Adds one fault for each of the next token requests, in this order. */
    public synchronized void next(Fault... faults) {
        Arrays.asList(faults).forEach(fault -> next(1, fault));
    }

    /** Adds the same fault for several token requests, at least one. */
    public void next(int times, Fault fault) {
        next(times, fault, NOT_DESCRIBED);
    }

    synchronized void next(int times, Fault fault, JsonObject description) {
        queued.add(new Repeated(fault, description, times));
    }

    /** Sets the fault for every token request without a queued fault, until {@link #clear()}. */
    public void always(Fault fault) {
        always(fault, NOT_DESCRIBED);
    }

    synchronized void always(Fault fault, JsonObject description) {
        standing = new Repeated(fault, description, 1);
    }

    /** Removes all faults. Does not affect requests that are already held or slow. */
    public synchronized void clear() {
        queued.clear();
        standing = null;
    }

    /** Returns the faults that no request has taken yet, in order, as {@link FaultJson} reads them; the standing one last. */
    synchronized JsonArray pending() {
        JsonArray pending = new JsonArray();
        queued.forEach(next -> pending.add(next.description.copy().put("times", next.left)));
        if (standing != null) {
            pending.add(standing.description.copy().put("always", true));
        }
        return pending;
    }

    synchronized Fault take() {
        Repeated next = queued.peek();
        if (next == null) {
            return standing == null ? Fault.NONE : standing.fault;
        }
        next.left--;
        if (next.left == 0) {
            queued.remove();
        }
        return next.fault;
    }
}

package dev.tokensidecar.demo;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;

/** Assigns faults to the next token requests, one each, in order. */
public final class FaultQueue {

    private final Deque<Fault> queued = new ArrayDeque<>();
    private Fault standing = Fault.NONE;

    FaultQueue() {}

    /** Adds one fault for each of the next token requests, in this order. */
    public synchronized void next(Fault... faults) {
        queued.addAll(Arrays.asList(faults));
    }

    /** Adds the same fault for several token requests. */
    public synchronized void next(int times, Fault fault) {
        queued.addAll(Collections.nCopies(times, fault));
    }

    /** Sets the fault for every token request without a queued fault, until {@link #clear()}. */
    public synchronized void always(Fault fault) {
        standing = fault;
    }

    /** Removes all faults. Does not affect requests that are already held or slow. */
    public synchronized void clear() {
        queued.clear();
        standing = Fault.NONE;
    }

    synchronized Fault take() {
        Fault next = queued.poll();
        return next == null ? standing : next;
    }
}

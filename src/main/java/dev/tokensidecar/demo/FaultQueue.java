package dev.tokensidecar.demo;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;

/** The faults that the next token requests meet, one each, in order. */
public final class FaultQueue {

    private final Deque<Fault> waiting = new ArrayDeque<>();
    private Fault otherwise = Fault.NONE;

    FaultQueue() {}

    /** Adds faults for the next token requests: the first for the first. */
    public synchronized void next(Fault... faults) {
        waiting.addAll(Arrays.asList(faults));
    }

    /** Adds one fault for several token requests. */
    public synchronized void next(int times, Fault fault) {
        waiting.addAll(Collections.nCopies(times, fault));
    }

    /** Sets what happens to every token request that finds no other fault waiting, until {@link #clear()}. */
    public synchronized void always(Fault fault) {
        otherwise = fault;
    }

    /** Forgets all faults. Requests that are held or slow already stay so. */
    public synchronized void clear() {
        waiting.clear();
        otherwise = Fault.NONE;
    }

    synchronized Fault take() {
        Fault next = waiting.poll();
        return next == null ? otherwise : next;
    }
}

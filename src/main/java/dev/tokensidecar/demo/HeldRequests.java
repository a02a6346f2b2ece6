package dev.tokensidecar.demo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The token requests that wait for their release. */
final class HeldRequests {

    private final Set<Runnable> held = new LinkedHashSet<>();
    private final ObservableCounter count = new ObservableCounter("requests are held");

    synchronized void hold(Runnable continuation) {
        if (held.add(continuation)) {
            count.add(1);
        }
    }

    /** Removes a request whose client is gone. */
    synchronized void remove(Runnable continuation) {
        if (held.remove(continuation)) {
            count.add(-1);
        }
    }

    void await(int wanted) {
        count.awaitAtLeast(wanted);
    }

    /** Releases all requests, the oldest first. */
    void release() {
        takeAll().forEach(Runnable::run);
    }

    private synchronized List<Runnable> takeAll() {
        List<Runnable> all = new ArrayList<>(held);
        held.clear();
        count.add(-all.size());
        return all;
    }
}

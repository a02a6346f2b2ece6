package dev.tokensidecar.demo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The token requests that wait for somebody to let them go on. */
final class HeldRequests {

    private final Set<Runnable> parked = new LinkedHashSet<>();
    private final ObservableCounter count = new ObservableCounter("requests are held");

    synchronized void park(Runnable continuation) {
        if (parked.add(continuation)) {
            count.add(1);
        }
    }

    /** Takes back a request whose client is gone. */
    synchronized void leave(Runnable continuation) {
        if (parked.remove(continuation)) {
            count.add(-1);
        }
    }

    void await(int wanted) {
        count.awaitAtLeast(wanted);
    }

    /** Lets all go on, the oldest first. */
    void release() {
        takeAll().forEach(Runnable::run);
    }

    private synchronized List<Runnable> takeAll() {
        List<Runnable> all = new ArrayList<>(parked);
        parked.clear();
        count.add(-all.size());
        return all;
    }
}

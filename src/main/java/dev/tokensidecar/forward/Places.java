package dev.tokensidecar.forward;

import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.FairShare;
import dev.tokensidecar.token.TimeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * How many requests there may be at the same time; when there are as many, users share them fairly. Used on one event loop,
 * and counted on a worker.
 */
public final class Places {

    private final int most;
    private final Set<Place> taken = ConcurrentHashMap.newKeySet();
    private final FairShare<Place> fairShare;

    /** @param worker where it is counted who has how many */
    public Places(int most, CallerGroups callers, TimeSource time, Executor worker) {
        this.most = most;
        this.fairShare = new FairShare<>(taken, Place::caller, callers, time, worker);
    }

    int most() {
        return most;
    }

    boolean isEmpty() {
        return taken.isEmpty();
    }

    boolean take(Place place) {
        if (taken.size() >= most && !fairShare.makeRoomFor(place, Place::giveWay)) {
            return false;
        }
        return taken.add(place);
    }

    void leave(Place place) {
        taken.remove(place);
    }
}

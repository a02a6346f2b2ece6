package dev.tokensidecar.forward;

import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.Connection;
import dev.tokensidecar.token.FairShare;
import dev.tokensidecar.token.TimeSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * How many requests there may be at the same time; when there are more, users share the places fairly, and whoever is one
 * too many waits until it is known who that is. Used on one event loop.
 */
public final class Places implements FairShare.Places<Place> {

    private final int most;
    private final Set<Place> taken = new LinkedHashSet<>();
    private final Map<Place, Runnable> waiting = new LinkedHashMap<>();
    private final FairShare<Place> fairShare;

    /**
     * Makes places that nobody has.
     *
     * @param worker where callers are looked up
     * @param loop runs tasks on the event loop
     */
    public Places(int most, CallerGroups callers, TimeSource time, Executor worker, FairShare.Owner loop) {
        this.most = most;
        this.fairShare = new FairShare<>(this, callers, time, worker, loop);
    }

    boolean isEmpty() {
        return taken.isEmpty();
    }

    /**
     * Takes a place.
     *
     * @param begin runs when the place is certain, if it is not {@linkplain Place#giveWay taken away} before
     */
    void take(Place place, Runnable begin) {
        taken.add(place);
        if (taken.size() <= most) {
            begin.run();
        } else {
            waiting.put(place, begin);
            fairShare.overbooked();
        }
    }

    void leave(Place place) {
        taken.remove(place);
        waiting.remove(place);
    }

    @Override
    public int limit() {
        return most;
    }

    @Override
    public List<Place> holders() {
        return List.copyOf(taken);
    }

    @Override
    public Connection connectionOf(Place place) {
        return place.caller();
    }

    @Override
    public boolean evict(Place place) {
        return place.giveWay();
    }

    @Override
    public void settled(Set<Place> counted) {
        for (Place place : List.copyOf(waiting.keySet())) {
            Runnable begin = counted.contains(place) ? waiting.remove(place) : null;
            if (begin != null) {
                begin.run();
            }
        }
    }
}

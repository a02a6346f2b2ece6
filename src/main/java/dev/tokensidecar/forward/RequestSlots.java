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
public final class RequestSlots implements FairShare.Slots<RequestSlot> {

    private final int most;
    private final Set<RequestSlot> taken = new LinkedHashSet<>();
    private final Map<RequestSlot, Runnable> waiting = new LinkedHashMap<>();
    private final FairShare<RequestSlot> fairShare;

    /**
     * Makes places that nobody has.
     *
     * @param worker where callers are looked up
     * @param loop runs tasks on the event loop
     */
    public RequestSlots(int most, CallerGroups callers, TimeSource time, Executor worker, FairShare.Owner loop) {
        this.most = most;
        this.fairShare = new FairShare<>(this, callers, time, worker, loop);
    }

    boolean isEmpty() {
        return taken.isEmpty();
    }

    /**
     * Takes a place.
     *
     * @param begin runs when the place is certain, if it is not {@linkplain RequestSlot#giveWay taken away} before
     */
    void take(RequestSlot place, Runnable begin) {
        taken.add(place);
        if (taken.size() <= most) {
            begin.run();
        } else {
            waiting.put(place, begin);
            fairShare.overbooked();
        }
    }

    void leave(RequestSlot place) {
        taken.remove(place);
        waiting.remove(place);
    }

    @Override
    public int limit() {
        return most;
    }

    @Override
    public List<RequestSlot> holders() {
        return List.copyOf(taken);
    }

    @Override
    public Connection connectionOf(RequestSlot place) {
        return place.caller();
    }

    @Override
    public boolean evict(RequestSlot place) {
        return place.giveWay();
    }

    @Override
    public void settled(Set<RequestSlot> counted) {
        for (RequestSlot place : List.copyOf(waiting.keySet())) {
            Runnable begin = counted.contains(place) ? waiting.remove(place) : null;
            if (begin != null) {
                begin.run();
            }
        }
    }
}

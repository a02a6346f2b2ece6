package dev.tokensidecar.forward;

import dev.tokensidecar.token.CallerGroups;
import dev.tokensidecar.token.Connection;
import dev.tokensidecar.token.FairShare;
import dev.tokensidecar.token.TimeSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * How many requests there may be at the same time; when there are more, users share the places fairly, and whoever is one
 * too many waits until it is known who that is. Whose user has less than its share then waits for the next free place.
 * Used on one event loop.
 */
public final class Places implements FairShare.Places<Place> {

    private final int most;
    private final Set<Place> taken = new LinkedHashSet<>();
    private final Map<Place, Runnable> unjudged = new HashMap<>();
    private final SequencedMap<Place, Runnable> queue = new LinkedHashMap<>();
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
            unjudged.put(place, begin);
            fairShare.overbooked();
        }
    }

    void leave(Place place) {
        taken.remove(place);
        unjudged.remove(place);
        queue.remove(place);
        admit();
    }

    /** Whoever is in the queue has a right to a place, and begins as soon as there is one. */
    private void admit() {
        while (!queue.isEmpty() && taken.size() - unjudged.size() - queue.size() < most) {
            queue.pollFirstEntry().getValue().run();
        }
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
    public void settled(Collection<Place> counted) {
        for (Place place : counted) {
            Runnable begin = unjudged.remove(place);
            if (begin != null) {
                queue.put(place, begin);
            }
        }
        admit();
        if (!queue.isEmpty()) {
            // a place that could not be taken away just now may be one that can be next time
            fairShare.overbooked();
        }
    }
}

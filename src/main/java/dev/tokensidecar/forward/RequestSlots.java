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
 * Limits the number of requests in flight. Above the limit, users share the slots fairly: further requests wait until
 * the next survey decides which requests have to go. A request whose user has less than its share then waits for the next
 * free slot. Used on one event loop.
 */
public final class RequestSlots implements FairShare.Slots<RequestSlot> {

    private final int limit;
    private final Set<RequestSlot> occupied = new LinkedHashSet<>();
    private final Map<RequestSlot, Runnable> unjudged = new HashMap<>();
    private final SequencedMap<RequestSlot, Runnable> queue = new LinkedHashMap<>();
    private final FairShare<RequestSlot> fairShare;

    /**
     * Creates free slots.
     *
     * @param worker looks up the users of callers; may block
     * @param loop runs tasks on the event loop
     */
    public RequestSlots(int limit, CallerGroups callers, TimeSource time, Executor worker, FairShare.Owner loop) {
        this.limit = limit;
        this.fairShare = new FairShare<>(this, callers, time, worker, loop);
    }

    boolean isEmpty() {
        return occupied.isEmpty();
    }

    /**
     * Occupies a slot.
     *
     * @param begin runs once the request may keep its slot, unless the request is
     *     {@linkplain RequestSlot#preempt preempted} before that
     */
    void occupy(RequestSlot slot, Runnable begin) {
        occupied.add(slot);
        if (occupied.size() <= limit) {
            begin.run();
        } else {
            unjudged.put(slot, begin);
            fairShare.overbooked();
        }
    }

    void free(RequestSlot slot) {
        occupied.remove(slot);
        unjudged.remove(slot);
        queue.remove(slot);
        beginQueued();
    }

    /** Begins requests from the queue while slots are free: each of them is entitled to one. */
    private void beginQueued() {
        while (!queue.isEmpty() && occupied.size() - unjudged.size() - queue.size() < limit) {
            queue.pollFirstEntry().getValue().run();
        }
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public List<RequestSlot> holders() {
        return List.copyOf(occupied);
    }

    @Override
    public Connection connectionOf(RequestSlot slot) {
        return slot.caller();
    }

    @Override
    public boolean evict(RequestSlot slot) {
        return slot.preempt();
    }

    @Override
    public void settled(Collection<RequestSlot> surveyed) {
        for (RequestSlot slot : surveyed) {
            Runnable begin = unjudged.remove(slot);
            if (begin != null) {
                queue.put(slot, begin);
            }
        }
        beginQueued();
        if (!queue.isEmpty()) {
            // a request that could not be preempted now may be able to give up its slot at the next survey
            fairShare.overbooked();
        }
    }
}

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
 * Limits the number of requests in flight. Above the limit, users share the slots fairly: further requests wait until
 * the next count decides which requests have to go. Used on one event loop.
 */
public final class RequestSlots implements FairShare.Slots<RequestSlot> {

    private final int limit;
    private final Set<RequestSlot> occupied = new LinkedHashSet<>();
    private final Map<RequestSlot, Runnable> waiting = new LinkedHashMap<>();
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
     * @param begin runs when the slot is certain, unless the request is {@linkplain RequestSlot#preempt preempted}
     *     before
     */
    void occupy(RequestSlot slot, Runnable begin) {
        occupied.add(slot);
        if (occupied.size() <= limit) {
            begin.run();
        } else {
            waiting.put(slot, begin);
            fairShare.overbooked();
        }
    }

    void free(RequestSlot slot) {
        occupied.remove(slot);
        waiting.remove(slot);
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
    public void settled(Set<RequestSlot> surveyed) {
        for (RequestSlot slot : List.copyOf(waiting.keySet())) {
            Runnable begin = surveyed.contains(slot) ? waiting.remove(slot) : null;
            if (begin != null) {
                begin.run();
            }
        }
    }
}

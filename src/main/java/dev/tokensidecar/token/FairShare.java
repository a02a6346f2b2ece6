package dev.tokensidecar.token;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Shares a limited number of places among groups of callers. While there are enough, nobody looks at groups, and one group
 * may have them all. As soon as there are too few, a worker finds out who is connected, and the groups that hold more than
 * their share give up places, the newest first, until the limit holds again. No group that holds its share or less gives
 * up any, even if those that hold more cannot: then there are more holders than places until some leave.
 *
 * <p>So nobody is turned away because of an old count, in which somebody who has just come would be unknown. Until the next
 * count there are more holders than places; each of them has a connection, and connections are limited.
 */
public final class FairShare<T> {

    private static final Duration COUNT_AGAIN = Duration.ofMillis(100);
    /** Whoever opens very many sockets gets no more than a tenth of a processor to have them read. */
    private static final int PAUSE_PER_COST = 9;
    /** But a count that was slow for another reason delays the next one no longer than this. */
    private static final Duration MOST_PAUSE = Duration.ofSeconds(1);

    /** The places that are shared. */
    public interface Places<T> {

        /** How many there are. */
        int limit();

        /** Who has one, in the order in which they came. */
        List<T> holders();

        Connection connectionOf(T holder);

        /** Takes its place from a holder; false if that cannot be done now. */
        boolean evict(T holder);

        /** These holders were judged by a count. Those of them who are left may keep their places, or get one. */
        default void settled(Collection<T> counted) {}
    }

    /** Runs what asks for places and takes them. */
    public interface Owner {

        /**
         * Runs a task.
         *
         * @param delay zero for now
         */
        void run(Runnable task, Duration delay);
    }

    private final Places<T> places;
    private final CallerGroups callerGroups;
    private final TimeSource time;
    private final Executor worker;
    private final Owner owner;
    private boolean counting;
    private boolean overbookedSince;
    private @Nullable Moment countedAt;
    private Duration pause = Duration.ZERO;

    /**
     * Makes the rule for one kind of place.
     *
     * @param worker where callers are looked up; may block
     */
    public FairShare(Places<T> places, CallerGroups callerGroups, TimeSource time, Executor worker, Owner owner) {
        this.places = places;
        this.callerGroups = callerGroups;
        this.time = time;
        this.worker = worker;
        this.owner = owner;
    }

    /** There are more holders than places: the next count ends that. */
    public void overbooked() {
        Duration wait = begin();
        if (wait != null) {
            owner.run(this::count, wait);
        }
    }

    /** How long to wait before the count; null if one is under way, which is followed by another one then. */
    private synchronized @Nullable Duration begin() {
        if (counting) {
            overbookedSince = true;
            return null;
        }
        counting = true;
        Duration wait =
                countedAt == null ? Duration.ZERO : pause.minus(time.now().since(countedAt));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private void count() {
        listed();
        List<T> counted = places.holders();
        worker.execute(() -> survey(counted));
    }

    /** Whoever comes from now on is looked at by the next count. */
    private synchronized void listed() {
        overbookedSince = false;
    }

    private void survey(List<T> counted) {
        Moment start = time.now();
        Map<T, String> groups = new HashMap<>();
        try {
            Iterator<String> names = callerGroups
                    .groupsOf(counted.stream().map(places::connectionOf).toList())
                    .iterator();
            counted.forEach(holder -> groups.put(holder, names.next()));
        } finally {
            rest(time.now(), start);
            decideLater(counted, groups);
        }
    }

    private void decideLater(List<T> counted, Map<T, String> groups) {
        owner.run(() -> decide(counted, groups), Duration.ZERO);
    }

    private synchronized void rest(Moment now, Moment start) {
        Duration byCost = now.since(start).multipliedBy(PAUSE_PER_COST);
        pause = Collections.max(List.of(COUNT_AGAIN, Collections.min(List.of(byCost, MOST_PAUSE))));
        countedAt = now;
    }

    private void decide(List<T> counted, Map<T, String> groupOf) {
        try {
            evict(counted, groupOf);
            places.settled(counted);
        } finally {
            if (isOverbookedSince()) {
                overbooked();
            }
        }
    }

    private void evict(List<T> counted, Map<T, String> groupOf) {
        Set<T> left = new HashSet<>(places.holders());
        List<T> holders = counted.stream().filter(left::contains).toList();
        int excess = holders.size() - places.limit();
        if (excess <= 0) {
            return;
        }
        Map<String, Group<T>> groups = new HashMap<>();
        for (T holder : holders) {
            groups.computeIfAbsent(groupOf.getOrDefault(holder, CallerGroups.NOBODY), name -> new Group<>())
                    .add(holder);
        }
        Group<T> nobody = Objects.requireNonNullElseGet(groups.remove(CallerGroups.NOBODY), Group::new);
        int most = Math.max(0, places.limit() - nobody.evictDownTo(nobody.size() - excess, places));
        int share =
                MaxMinFairness.share(groups.values().stream().map(Group::size).toList(), most);
        Optional<Group<T>> largest = largestAbove(share, groups.values());
        while (sizeOf(groups.values()) > most && largest.isPresent()) {
            largest.get().evictNewest(places);
            largest = largestAbove(share, groups.values());
        }
    }

    private static int sizeOf(Collection<? extends Group<?>> groups) {
        return groups.stream().mapToInt(Group::size).sum();
    }

    private static <T> Optional<Group<T>> largestAbove(int share, Collection<Group<T>> groups) {
        return groups.stream()
                .filter(group -> group.size() > share && group.hasCandidates())
                .max(Comparator.comparingInt(Group::size));
    }

    /** Holders that belong together. Those that cannot be evicted hold their places all the same. */
    private static final class Group<T> {

        private final Deque<T> candidates = new ArrayDeque<>();
        private int size;

        void add(T holder) {
            candidates.add(holder);
            size++;
        }

        int size() {
            return size;
        }

        boolean hasCandidates() {
            return !candidates.isEmpty();
        }

        void evictNewest(Places<T> places) {
            if (places.evict(candidates.removeLast())) {
                size--;
            }
        }

        /** Returns how many are left. */
        int evictDownTo(int most, Places<T> places) {
            while (size > most && hasCandidates()) {
                evictNewest(places);
            }
            return size;
        }
    }

    /** Ends the count; tells whether somebody has come since who was not counted. */
    private synchronized boolean isOverbookedSince() {
        counting = false;
        return overbookedSince;
    }
}

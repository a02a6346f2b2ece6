package dev.tokensidecar.token;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Shares a limited number of places among groups of callers. While there are enough, nobody looks at groups, and one group
 * may have them all. As soon as there are too few, a worker finds out who is connected, and the groups that hold most give
 * up places, the newest first, until the limit holds again.
 *
 * <p>So nobody is turned away because of an old count, in which somebody who has just come would be unknown. Until the next
 * count there are more holders than places; each of them has a connection, and connections are limited.
 */
public final class FairShare<T> {

    private static final Duration COUNT_AGAIN = Duration.ofMillis(100);
    /** Whoever opens very many sockets gets no more than a tenth of a processor to have them read. */
    private static final int PAUSE_PER_COST = 9;

    /** The places that are shared. */
    public interface Slots<T> {

        /** How many there are. */
        int limit();

        /** Who has one, in the order in which they came. */
        List<T> holders();

        Connection connectionOf(T holder);

        /** Takes its place from a holder; false if that cannot be done now. */
        boolean evict(T holder);

        /** Those of them who are left keep their places until there are too few again. */
        default void settled(Set<T> counted) {}
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

    private final Slots<T> places;
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
    public FairShare(Slots<T> places, CallerGroups callerGroups, TimeSource time, Executor worker, Owner owner) {
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
        Set<T> counted = new HashSet<>(places.holders());
        worker.execute(() -> survey(counted));
    }

    /** Whoever comes from now on is looked at by the next count. */
    private synchronized void listed() {
        overbookedSince = false;
    }

    private void survey(Set<T> counted) {
        Moment start = time.now();
        Function<Connection, String> groupOf = connection -> "";
        try {
            groupOf = callerGroups.survey();
        } finally {
            rest(time.now(), start);
            decideLater(counted, groupOf);
        }
    }

    private void decideLater(Set<T> counted, Function<Connection, String> groupOf) {
        owner.run(() -> decide(counted, groupOf), Duration.ZERO);
    }

    private synchronized void rest(Moment now, Moment start) {
        Duration byCost = now.since(start).multipliedBy(PAUSE_PER_COST);
        pause = byCost.compareTo(COUNT_AGAIN) > 0 ? byCost : COUNT_AGAIN;
        countedAt = now;
    }

    private void decide(Set<T> counted, Function<Connection, String> groupOf) {
        try {
            evict(counted, groupOf);
            places.settled(counted);
        } finally {
            if (isOverbookedSince()) {
                overbooked();
            }
        }
    }

    private void evict(Set<T> counted, Function<Connection, String> groupOf) {
        List<T> holders = places.holders().stream().filter(counted::contains).toList();
        int excess = holders.size() - places.limit();
        if (excess <= 0) {
            return;
        }
        Map<String, Deque<T>> groups = new HashMap<>();
        for (T holder : holders) {
            groups.computeIfAbsent(groupOf.apply(places.connectionOf(holder)), name -> new ArrayDeque<>())
                    .add(holder);
        }
        for (Deque<T> largest = largest(groups.values());
                excess > 0 && !largest.isEmpty();
                largest = largest(groups.values())) {
            if (places.evict(largest.removeLast())) {
                excess--;
            }
        }
    }

    private static <T> Deque<T> largest(Collection<Deque<T>> groups) {
        return groups.stream().max(Comparator.comparingInt(Deque::size)).orElseThrow();
    }

    /** Ends the count; tells whether somebody has come since who was not counted. */
    private synchronized boolean isOverbookedSince() {
        counting = false;
        return overbookedSince;
    }
}

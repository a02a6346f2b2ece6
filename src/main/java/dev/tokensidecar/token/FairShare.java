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
 * Shares a limited number of slots among groups of callers. Within the limit, groups do not matter, and one group may hold
 * all slots. Above the limit, a worker surveys which groups are connected, and the largest groups give up slots, the newest
 * first, until the limit holds again.
 *
 * <p>A survey judges only the holders that were there when it began: an older one would not know a caller that has just
 * arrived. Until the survey ends, holders may exceed the limit; each has a connection, and connections are limited.
 */
public final class FairShare<T> {

    private static final Duration MIN_PAUSE = Duration.ofMillis(100);

    /** The pause after a survey, as a multiple of its duration: very many sockets cost at most a tenth of a processor. */
    private static final int PAUSE_PER_DURATION = 9;

    /** The slots that the groups share. */
    public interface Slots<T> {

        /** The maximum number of holders. */
        int limit();

        /** The callers that hold a slot, in the order of their arrival. */
        List<T> holders();

        Connection connectionOf(T holder);

        /** Takes the slot from its holder. Returns false if the holder has to keep it for now. */
        boolean evict(T holder);

        /** Called after a survey: the surveyed holders that remain keep their slots until the limit is exceeded again. */
        default void settled(Set<T> surveyed) {}
    }

    /** The event loop or queue on which callers take slots and lose them. */
    public interface Owner {

        /**
         * Runs a task.
         *
         * @param delay zero to run the task immediately
         */
        void run(Runnable task, Duration delay);
    }

    private final Slots<T> slots;
    private final CallerGroups callerGroups;
    private final TimeSource time;
    private final Executor worker;
    private final Owner owner;
    private boolean surveying;
    private boolean overbookedSince;
    private @Nullable Moment surveyedAt;
    private Duration pause = Duration.ZERO;

    /**
     * Makes a fair share of some slots.
     *
     * @param worker runs surveys, which may block
     */
    public FairShare(Slots<T> slots, CallerGroups callerGroups, TimeSource time, Executor worker, Owner owner) {
        this.slots = slots;
        this.callerGroups = callerGroups;
        this.time = time;
        this.worker = worker;
        this.owner = owner;
    }

    /** Called when holders exceed the limit: starts a survey, or plans another one after the survey in progress. */
    public void overbooked() {
        Duration wait = begin();
        if (wait != null) {
            owner.run(this::startSurvey, wait);
        }
    }

    /** Returns how long to wait before the survey; null if one is in progress, which another one will follow. */
    private synchronized @Nullable Duration begin() {
        if (surveying) {
            overbookedSince = true;
            return null;
        }
        surveying = true;
        Duration wait =
                surveyedAt == null ? Duration.ZERO : pause.minus(time.now().since(surveyedAt));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    private void startSurvey() {
        forgetOverbooking();
        Set<T> surveyed = new HashSet<>(slots.holders());
        worker.execute(() -> survey(surveyed));
    }

    /** The next survey judges callers that arrive from now on. */
    private synchronized void forgetOverbooking() {
        overbookedSince = false;
    }

    private void survey(Set<T> surveyed) {
        Moment start = time.now();
        Function<Connection, String> groupOf = connection -> "";
        try {
            groupOf = callerGroups.survey();
        } finally {
            rest(time.now(), start);
            decideLater(surveyed, groupOf);
        }
    }

    private void decideLater(Set<T> surveyed, Function<Connection, String> groupOf) {
        owner.run(() -> decide(surveyed, groupOf), Duration.ZERO);
    }

    private synchronized void rest(Moment now, Moment start) {
        Duration byDuration = now.since(start).multipliedBy(PAUSE_PER_DURATION);
        pause = byDuration.compareTo(MIN_PAUSE) > 0 ? byDuration : MIN_PAUSE;
        surveyedAt = now;
    }

    private void decide(Set<T> surveyed, Function<Connection, String> groupOf) {
        try {
            evict(surveyed, groupOf);
            slots.settled(surveyed);
        } finally {
            if (endSurvey()) {
                overbooked();
            }
        }
    }

    private void evict(Set<T> surveyed, Function<Connection, String> groupOf) {
        List<T> holders = slots.holders().stream().filter(surveyed::contains).toList();
        int excess = holders.size() - slots.limit();
        if (excess <= 0) {
            return;
        }
        Map<String, Deque<T>> groups = new HashMap<>();
        for (T holder : holders) {
            groups.computeIfAbsent(groupOf.apply(slots.connectionOf(holder)), name -> new ArrayDeque<>())
                    .add(holder);
        }
        for (Deque<T> largest = largest(groups.values());
                excess > 0 && !largest.isEmpty();
                largest = largest(groups.values())) {
            if (slots.evict(largest.removeLast())) {
                excess--;
            }
        }
    }

    private static <T> Deque<T> largest(Collection<Deque<T>> groups) {
        return groups.stream().max(Comparator.comparingInt(Deque::size)).orElseThrow();
    }

    /** Returns whether the limit was exceeded during the survey, by callers that it does not know. */
    private synchronized boolean endSurvey() {
        surveying = false;
        return overbookedSince;
    }
}

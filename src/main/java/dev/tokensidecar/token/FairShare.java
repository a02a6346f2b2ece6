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
 * Shares a limited number of slots among groups of callers. Within the limit, groups do not matter, and one group may hold
 * all slots. Above the limit, a worker surveys which groups are connected, and groups above their share give up slots, the
 * newest first, until the limit holds again. A group within its share gives up none, even if the others cannot give up
 * enough: then holders exceed the limit until some of them leave.
 *
 * <p>A survey judges only the holders that were there when it began: an older one would not know a caller that has just
 * arrived. Until the survey ends, holders may exceed the limit; each has a connection, and connections are limited.
 */
public final class FairShare<T> {

    private static final Duration MIN_PAUSE = Duration.ofMillis(100);

    /** The pause after a survey, as a multiple of its duration: very many sockets cost at most a tenth of a processor. */
    private static final int PAUSE_PER_DURATION = 9;

    /** A survey that was slow for another reason delays the next one by at most this. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

    /** The slots that the groups share. */
    public interface Slots<T> {

        /** The maximum number of holders. */
        int limit();

        /** The callers that hold a slot, in the order of their arrival. */
        List<T> holders();

        Connection connectionOf(T holder);

        /** Takes the slot from its holder. Returns false if the holder has to keep it for now. */
        boolean evict(T holder);

        /** Called after a survey has judged these holders: those that remain may keep their slots, or get one. */
        default void settled(Collection<T> surveyed) {}
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

    /** Returns how long to wait before the survey; null if one is in progress; then another one follows it. */
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
        List<T> surveyed = slots.holders();
        worker.execute(() -> survey(surveyed));
    }

    /** The next survey judges callers that arrive from now on. */
    private synchronized void forgetOverbooking() {
        overbookedSince = false;
    }

    private void survey(List<T> surveyed) {
        Moment start = time.now();
        Map<T, String> groups = new HashMap<>();
        try {
            Iterator<String> names = callerGroups
                    .groupsOf(surveyed.stream().map(slots::connectionOf).toList())
                    .iterator();
            surveyed.forEach(holder -> groups.put(holder, names.next()));
        } finally {
            rest(time.now(), start);
            decideLater(surveyed, groups);
        }
    }

    private void decideLater(List<T> surveyed, Map<T, String> groups) {
        owner.run(() -> decide(surveyed, groups), Duration.ZERO);
    }

    private synchronized void rest(Moment now, Moment start) {
        Duration byDuration = now.since(start).multipliedBy(PAUSE_PER_DURATION);
        pause = Collections.max(List.of(MIN_PAUSE, Collections.min(List.of(byDuration, MAX_PAUSE))));
        surveyedAt = now;
    }

    private void decide(List<T> surveyed, Map<T, String> groupOf) {
        try {
            evict(surveyed, groupOf);
            slots.settled(surveyed);
        } finally {
            if (endSurvey()) {
                overbooked();
            }
        }
    }

    private void evict(List<T> surveyed, Map<T, String> groupOf) {
        Set<T> remaining = new HashSet<>(slots.holders());
        List<T> holders = surveyed.stream().filter(remaining::contains).toList();
        int excess = holders.size() - slots.limit();
        if (excess <= 0) {
            return;
        }
        Map<String, Group<T>> groups = new HashMap<>();
        for (T holder : holders) {
            groups.computeIfAbsent(groupOf.getOrDefault(holder, CallerGroups.NOBODY), name -> new Group<>())
                    .add(holder);
        }
        Group<T> nobody = Objects.requireNonNullElseGet(groups.remove(CallerGroups.NOBODY), Group::new);
        int available = Math.max(0, slots.limit() - nobody.evictDownTo(nobody.size() - excess, slots));
        int share =
                MaxMinFairness.share(groups.values().stream().map(Group::size).toList(), available);
        Optional<Group<T>> largest = largestAbove(share, groups.values());
        while (sizeOf(groups.values()) > available && largest.isPresent()) {
            largest.get().evictNewest(slots);
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

    /** The holders of one group. Those that cannot be evicted count too. */
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

        /** Evicts the newest candidate. If it has to keep its slot, it is no candidate any more. */
        void evictNewest(Slots<T> slots) {
            if (slots.evict(candidates.removeLast())) {
                size--;
            }
        }

        /** Evicts the newest candidates and returns how many holders remain. */
        int evictDownTo(int target, Slots<T> slots) {
            while (size > target && hasCandidates()) {
                evictNewest(slots);
            }
            return size;
        }
    }

    /** Returns whether the limit was exceeded during the survey, by callers that it does not know. */
    private synchronized boolean endSurvey() {
        surveying = false;
        return overbookedSince;
    }
}

package dev.tokensidecar.token;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who gets one of a limited number of places when all are taken: a caller of a group that holds less than another one takes
 * a place of the group that holds most. While there are free ones nobody asks for groups, and one alone may have them all.
 *
 * <p>To find out who is connected takes a while. It is done away from the callers, one count at a time, with a pause of at
 * least {@link #COUNT_AGAIN} between two of them; the more sockets there are, the longer a count takes, and the longer is
 * the pause. In between the last count is kept up to date with what happens here, and a caller that has come since may
 * count as unknown until the next one.
 */
public final class FairShare<T> {

    private static final Duration COUNT_AGAIN = Duration.ofMillis(100);

    /** Whoever opens very many sockets gets no more than a tenth of a processor to have them read. */
    private static final int PAUSE_PER_COST = 9;

    private final Set<T> holders;
    private final Function<T, Connection> connectionOf;
    private final CallerGroups callerGroups;
    private final TimeSource time;
    private final Executor worker;

    private Function<Connection, String> groupOf = connection -> "";
    private final Map<String, Deque<T>> groups = new HashMap<>();
    private boolean counting;
    private @Nullable Moment countedAt;
    private Duration pause = COUNT_AGAIN;

    /**
     * Makes the rule for one kind of place.
     *
     * @param holders those who have a place now, a live view; looked at by the worker
     * @param connectionOf how they are connected; asked by the worker too
     * @param worker where they are counted
     */
    public FairShare(
            Set<T> holders,
            Function<T, Connection> connectionOf,
            CallerGroups callerGroups,
            TimeSource time,
            Executor worker) {
        this.holders = holders;
        this.connectionOf = connectionOf;
        this.callerGroups = callerGroups;
        this.time = time;
        this.worker = worker;
    }

    /**
     * Takes a place from somebody for another one.
     *
     * @param givesWay takes it from one of the holders; false if there is nothing to take, so that the next one is asked
     * @return false if the newcomer's group is to stand back
     */
    public synchronized boolean makeRoomFor(T newcomer, Predicate<T> givesWay) {
        countAgain();
        Deque<T> own = in(groupOf.apply(connectionOf.apply(newcomer)));
        while (true) {
            Deque<T> largest = groups.values().stream()
                    .max(Comparator.comparingInt(Deque::size))
                    .orElse(own);
            if (own.size() + 1 >= largest.size()) {
                return false;
            }
            if (givesWay.test(largest.removeLast())) {
                own.addLast(newcomer);
                return true;
            }
        }
    }

    /** Has them counted, unless that is being done or was done just now. */
    synchronized void countAgain() {
        boolean due = countedAt == null || time.now().since(countedAt).compareTo(pause) >= 0;
        if (due && !counting) {
            counting = true;
            worker.execute(this::count);
        }
    }

    private void count() {
        Moment start = time.now();
        try {
            regroup(callerGroups.survey());
        } finally {
            finished(start);
        }
    }

    private synchronized void regroup(Function<Connection, String> survey) {
        groupOf = survey;
        groups.clear();
        holders.forEach(holder -> in(survey.apply(connectionOf.apply(holder))).addLast(holder));
    }

    private synchronized void finished(Moment start) {
        Moment now = time.now();
        Duration byCost = now.since(start).multipliedBy(PAUSE_PER_COST);
        pause = byCost.compareTo(COUNT_AGAIN) > 0 ? byCost : COUNT_AGAIN;
        countedAt = now;
        counting = false;
    }

    private Deque<T> in(String group) {
        return groups.computeIfAbsent(group, name -> new ArrayDeque<>());
    }
}

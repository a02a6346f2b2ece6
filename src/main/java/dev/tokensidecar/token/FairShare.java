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
import org.jspecify.annotations.Nullable;

/**
 * Who gets a place in a full queue: a caller of a group that holds less than another one takes a place of the group that
 * holds most. A queue that is not full knows no groups, and one group alone may have all of it.
 *
 * <p>To find out who is connected takes a while. It is done away from the callers, one count at a time, with a pause of at
 * least {@link #COUNT_AGAIN} between two of them; the more sockets there are, the longer a count takes, and the longer is
 * the pause. In between the last count is kept up to date with what happens here, and a caller that has come since may
 * count as unknown until the next one.
 */
final class FairShare {

    private static final Duration COUNT_AGAIN = Duration.ofMillis(100);

    /** Whoever opens very many sockets gets no more than a tenth of a processor to have them read. */
    private static final int PAUSE_PER_COST = 9;

    private final Set<Waiter> waiting;
    private final CallerGroups callerGroups;
    private final TimeSource time;
    private final Executor worker;

    private Function<Connection, String> groupOf = connection -> "";
    private final Map<String, Deque<Waiter>> groups = new HashMap<>();
    private boolean counting;
    private @Nullable Moment countedAt;
    private Duration pause = COUNT_AGAIN;

    /**
     * Makes the rule for one queue.
     *
     * @param waiting those who wait now, a live view
     * @param worker where they are counted
     */
    FairShare(Set<Waiter> waiting, CallerGroups callerGroups, TimeSource time, Executor worker) {
        this.waiting = waiting;
        this.callerGroups = callerGroups;
        this.time = time;
        this.worker = worker;
    }

    /** Ends another caller's wait in favour of this one's; false if this one's group is to stand back. */
    synchronized boolean makeRoomFor(Waiter newcomer, TokenException told) {
        countAgain();
        Deque<Waiter> own = in(groupOf.apply(connection(newcomer)));
        while (true) {
            Deque<Waiter> largest = groups.values().stream()
                    .max(Comparator.comparingInt(Deque::size))
                    .orElse(own);
            if (own.size() + 1 >= largest.size()) {
                return false;
            }
            if (largest.removeLast().tryFail(told)) {
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
        waiting.forEach(waiter -> in(survey.apply(connection(waiter))).addLast(waiter));
    }

    private synchronized void finished(Moment start) {
        Moment now = time.now();
        Duration byCost = now.since(start).multipliedBy(PAUSE_PER_COST);
        pause = byCost.compareTo(COUNT_AGAIN) > 0 ? byCost : COUNT_AGAIN;
        countedAt = now;
        counting = false;
    }

    private static Connection connection(Waiter waiter) {
        return waiter.question().caller().connection().get();
    }

    private Deque<Waiter> in(String group) {
        return groups.computeIfAbsent(group, name -> new ArrayDeque<>());
    }
}

package dev.tokensidecar.token;

import java.net.SocketAddress;
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
 * <p>To find out who is connected takes a while. It is done away from the callers, at most once per {@link #COUNT_AGAIN};
 * in between the last count is kept up to date with what happens here, and a caller that has come since may count as
 * unknown until the next one.
 */
final class FairShare {

    private static final Duration COUNT_AGAIN = Duration.ofMillis(100);

    private final Set<Waiter> waiting;
    private final CallerGroups callerGroups;
    private final TimeSource time;
    private final Executor worker;

    private Function<SocketAddress, String> groupOf = peer -> "";
    private final Map<String, Deque<Waiter>> groups = new HashMap<>();
    private @Nullable Moment countedAt;

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
        Deque<Waiter> own = in(groupOf.apply(peer(newcomer)));
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

    private void countAgain() {
        Moment now = time.now();
        if (countedAt == null || now.since(countedAt).compareTo(COUNT_AGAIN) >= 0) {
            countedAt = now;
            worker.execute(this::count);
        }
    }

    private void count() {
        Function<SocketAddress, String> survey = callerGroups.survey();
        synchronized (this) {
            groupOf = survey;
            groups.clear();
            waiting.forEach(waiter -> in(survey.apply(peer(waiter))).addLast(waiter));
        }
    }

    private static SocketAddress peer(Waiter waiter) {
        return waiter.question().caller().peer().get();
    }

    private Deque<Waiter> in(String group) {
        return groups.computeIfAbsent(group, name -> new ArrayDeque<>());
    }
}

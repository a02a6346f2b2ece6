package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.VirtualTime;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A queue of six places, and callers of several groups that want more than that. */
class FairShareTest {

    private static final int GREEDY = 1000;
    private static final int MODEST = 2000;
    private static final int THIRD = 3000;

    private final Core core = new Core(Core.POLICY, 6);

    @BeforeEach
    void letEverybodyWait() {
        core.service.start();
    }

    private UniAssertSubscriber<AccessToken> ask(int group) {
        return ask(group, 1).getFirst();
    }

    private List<UniAssertSubscriber<AccessToken>> ask(int group, int callers) {
        return ask(core, group, callers);
    }

    private static List<UniAssertSubscriber<AccessToken>> ask(Core core, int group, int callers) {
        return IntStream.range(0, callers)
                .mapToObj(caller -> core.ask(TokenRequest.any(Core.WAIT), Core.callerAt(group)))
                .toList();
    }

    /** Asks, and lets the count that decides about it happen. */
    private List<UniAssertSubscriber<AccessToken>> askAndCount(int group, int callers) {
        var answers = ask(group, callers);
        core.advance(Duration.ofMillis(100));
        return answers;
    }

    private static long turnedAway(List<UniAssertSubscriber<AccessToken>> answers) {
        return answers.stream()
                .filter(answer -> answer.getFailure() instanceof TokenException.TooManyWaiters)
                .count();
    }

    @Test
    void oneGroupAloneMayHaveTheWholeQueueAndNothingMore() {
        var waiting = ask(GREEDY, 6);

        assertThat(Core.failure(ask(GREEDY))).isInstanceOf(TokenException.TooManyWaiters.class);
        assertThat(turnedAway(waiting)).isZero();
    }

    @Test
    void anotherGroupGetsAPlaceFromTheOneThatHoldsMost() {
        var greedy = ask(GREEDY, 6);

        var modest = ask(MODEST);

        modest.assertNotTerminated();
        assertThat(turnedAway(greedy)).isEqualTo(1);
        assertThat(core.service.status().waiters()).isEqualTo(6);
    }

    @Test
    void groupsEndWithEqualShares() {
        var greedy = ask(GREEDY, 6);

        var modest = askAndCount(MODEST, 6);
        var third = askAndCount(THIRD, 6);
        core.server.grant();

        assertThat(List.of(6 - turnedAway(greedy), 6 - turnedAway(modest), 6 - turnedAway(third)))
                .containsExactly(2L, 2L, 2L);
        assertThat(core.service.status().waiters()).isZero();
    }

    @Test
    void whoAsksForMoreThanItsShareCostsNobodyElse() {
        var greedy = ask(GREEDY, 6);
        var modest = askAndCount(MODEST, 3);

        var more = askAndCount(GREEDY, 20);

        assertThat(turnedAway(greedy)).isEqualTo(3);
        assertThat(turnedAway(more)).isEqualTo(20);
        assertThat(turnedAway(modest)).isZero();
    }

    @Test
    void placesThatWereLeftMeanwhileCountNoMore() {
        var greedy = ask(GREEDY, 6);
        var first = askAndCount(MODEST, 1);
        greedy.forEach(UniAssertSubscriber::cancel);
        var others = askAndCount(MODEST, 5);

        ask(GREEDY).assertNotTerminated();

        assertThat(turnedAway(first) + turnedAway(others)).isEqualTo(1);
        assertThat(core.service.status().waiters()).isEqualTo(6);
    }

    @Test
    void whoDoesNotWaitTakesNoPlace() {
        var greedy = ask(GREEDY, 6);

        var hasty = core.ask(TokenRequest.any(Duration.ZERO), Core.callerAt(MODEST));

        assertThat(Core.failure(hasty)).isInstanceOf(TokenException.TooManyWaiters.class);
        assertThat(turnedAway(greedy)).isZero();
    }

    /** How many counts there are in ten seconds of asking, if each of them takes so long. */
    private static int countsInTenSeconds(Duration cost) {
        List<Runnable> worker = new ArrayList<>();
        AtomicReference<Core> busy = new AtomicReference<>();
        AtomicInteger counts = new AtomicInteger();
        Core slow = new Core(
                Core.POLICY,
                1,
                connections -> {
                    counts.incrementAndGet();
                    busy.get().time.advance(cost);
                    return Core.groupsOf(connections);
                },
                worker::add);
        busy.set(slow);
        slow.service.start();
        worker.removeFirst().run();
        Moment start = slow.time.now();
        while (slow.time.now().since(start).compareTo(Duration.ofSeconds(10)) < 0) {
            var unused = ask(slow, GREEDY, 2);
            slow.advance(Duration.ofMillis(10));
            List<Runnable> work = List.copyOf(worker);
            worker.clear();
            work.forEach(Runnable::run);
        }
        return counts.get();
    }

    @Test
    void aCountThatTakesLongIsNotRepeatedBeforeATenthOfTheTimeWasSpentOnIt() {
        assertThat(countsInTenSeconds(Duration.ofMillis(50))).isBetween(19, 21);
    }

    @Test
    void aCountThatTookVeryLongDelaysTheNextOneByASecond() {
        assertThat(countsInTenSeconds(Duration.ofSeconds(3))).isEqualTo(3);
    }

    /** Whoever comes while callers are looked up is unknown to that count, and is not judged by it. */
    @Test
    void nobodyIsTurnedAwayByACountThatHasNotSeenThem() {
        List<Runnable> worker = new ArrayList<>();
        Core slow = started(6, worker);
        var greedy = ask(slow, GREEDY, 7);
        Runnable count = worker.removeFirst();
        var modest = ask(slow, MODEST, 2);

        count.run();
        assertThat(turnedAway(greedy)).isEqualTo(1);
        assertThat(turnedAway(modest)).isZero();

        slow.advance(Duration.ofMillis(100));
        worker.removeFirst().run();
        assertThat(turnedAway(greedy)).isEqualTo(3);
        assertThat(turnedAway(modest)).isZero();
    }

    @Test
    void whoIsOneTooManyGetsATokenThatComesBeforeTheCount() {
        List<Runnable> worker = new ArrayList<>();
        Core slow = started(6, worker);
        var answers = ask(slow, GREEDY, 8);

        slow.server.grant();

        assertThat(answers).allSatisfy(answer -> assertThat(Core.value(answer)).isEqualTo("access-1"));
        worker.removeFirst().run();
        assertThat(slow.service.status().waiters()).isZero();
    }

    @Test
    void aCountThatFailsIsFollowedByAnother() {
        List<Runnable> worker = new ArrayList<>();
        AtomicInteger counts = new AtomicInteger();
        Core slow = new Core(
                Core.POLICY,
                1,
                connections -> {
                    if (counts.incrementAndGet() == 1) {
                        throw new IllegalStateException("no list");
                    }
                    return Core.groupsOf(connections);
                },
                worker::add);
        slow.service.start();
        worker.removeFirst().run();
        var first = ask(slow, GREEDY, 2);
        assertThatThrownBy(worker.removeFirst()::run).hasMessage("no list");
        assertThat(turnedAway(first)).isEqualTo(1);

        var second = ask(slow, GREEDY, 1);
        slow.advance(Duration.ofMillis(100));
        worker.removeFirst().run();
        assertThat(turnedAway(second)).isEqualTo(1);
    }

    @Test
    void oneCountRunsAtATime() {
        List<Runnable> worker = new ArrayList<>();
        Core slow = started(1, worker);

        for (int second = 0; second < 10; second++) {
            var unused = ask(slow, GREEDY, 2);
            slow.advance(Duration.ofMillis(100));
        }

        assertThat(worker).hasSize(1);
    }

    /** Four of the greedy group cannot be evicted: a modest one must not give up its place for them. */
    @Test
    void whoHoldsItsShareOrLessIsNotEvictedForThoseWhoCannotBe() {
        Seats seats = new Seats(4, "busy");
        seats.take("busy-1", "busy-2", "busy-3", "busy-4", "modest-5", "busy-6", "modest-7", "greedy-8");

        assertThat(seats.holders)
                .containsExactly("busy-1", "busy-2", "busy-3", "busy-4", "modest-5", "busy-6", "greedy-8");
    }

    @Test
    void whoHasMoreThanItsShareGivesUpWhatItCan() {
        Seats seats = new Seats(4, "busy-1", "busy-3");
        seats.take("busy-1", "busy-2", "busy-3", "busy-4", "modest-5", "modest-6");

        assertThat(seats.holders).containsExactly("busy-1", "busy-3", "modest-5", "modest-6");
    }

    /** Whose connection cannot be found has gone, and must not count as one more group. */
    @Test
    void whoHasGoneGivesUpItsPlaceFirst() {
        Seats seats = new Seats(4, "none");
        seats.take("-1", "busy-2", "busy-3", "busy-4", "busy-5", "-6", "modest-7");

        assertThat(seats.holders).containsExactly("busy-2", "busy-3", "busy-4", "modest-7");
    }

    @Test
    void thePlaceOfOneThatHasGoneAndCannotGiveItUpIsNobodysShare() {
        Seats seats = new Seats(4, "-");
        seats.take("-1", "-2", "busy-3", "busy-4", "modest-5");

        assertThat(seats.holders).containsExactly("-1", "-2", "busy-3", "modest-5");
    }

    /** Places for names that begin with their group's; some of them cannot be evicted. */
    private static final class Seats implements FairShare.Places<String> {

        final List<String> holders = new ArrayList<>();
        private final int limit;
        private final List<String> stubborn;

        Seats(int limit, String... stubborn) {
            this.limit = limit;
            this.stubborn = List.of(stubborn);
        }

        void take(String... names) {
            holders.addAll(List.of(names));
            new FairShare<>(this, Seats::groupsOf, new VirtualTime(), Runnable::run, (task, delay) -> task.run())
                    .overbooked();
        }

        private static List<String> groupsOf(List<Connection> connections) {
            return connections.stream()
                    .map(connection -> connection.caller().toString().replaceFirst("-.*", ""))
                    .toList();
        }

        @Override
        public int limit() {
            return limit;
        }

        @Override
        public List<String> holders() {
            return List.copyOf(holders);
        }

        @Override
        public Connection connectionOf(String name) {
            return new Connection(UnixDomainSocketAddress.of(name), UnixDomainSocketAddress.of(""));
        }

        @Override
        public boolean evict(String name) {
            return stubborn.stream().noneMatch(name::startsWith) && holders.remove(name);
        }
    }

    /** A core whose worker does what it is told to do. */
    private static Core started(int maxWaiters, List<Runnable> worker) {
        Core core = new Core(Core.POLICY, maxWaiters, Core::groupsOf, worker::add);
        core.service.start();
        worker.removeFirst().run();
        return core;
    }
}

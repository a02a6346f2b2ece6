package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
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

    @Test
    void aCountThatTakesLongIsNotRepeatedBeforeATenthOfTheTimeWasSpentOnIt() {
        AtomicInteger counts = new AtomicInteger();
        AtomicReference<Core> busy = new AtomicReference<>();
        Core slow = new Core(Core.POLICY, 1, () -> {
            counts.incrementAndGet();
            busy.get().time.advance(Duration.ofSeconds(1));
            return Core::groupOf;
        });
        busy.set(slow);
        slow.service.start();
        TokenRequest patient = TokenRequest.any(Duration.ofMinutes(5));
        slow.ask(patient, Core.callerAt(GREEDY)).assertNotTerminated();

        for (int tenth = 0; tenth < 95; tenth++) {
            var unused = slow.ask(patient, Core.callerAt(GREEDY));
            slow.advance(Duration.ofMillis(100));
        }

        assertThat(counts).hasValue(2);
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
                () -> {
                    if (counts.incrementAndGet() == 1) {
                        throw new IllegalStateException("no list");
                    }
                    return Core::groupOf;
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

    /** A core whose worker does what it is told to do. */
    private static Core started(int maxWaiters, List<Runnable> worker) {
        Core core = new Core(Core.POLICY, maxWaiters, () -> Core::groupOf, worker::add);
        core.service.start();
        worker.removeFirst().run();
        return core;
    }
}

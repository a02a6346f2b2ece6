package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
        return core.ask(TokenRequest.any(Core.WAIT), Core.callerAt(group));
    }

    private List<UniAssertSubscriber<AccessToken>> ask(int group, int callers) {
        return IntStream.range(0, callers).mapToObj(caller -> ask(group)).toList();
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

        var modest = ask(MODEST, 6);
        var third = ask(THIRD, 6);
        core.server.grant();

        assertThat(List.of(6 - turnedAway(greedy), 6 - turnedAway(modest), 6 - turnedAway(third)))
                .containsExactly(2L, 2L, 2L);
        assertThat(core.service.status().waiters()).isZero();
    }

    @Test
    void whoAsksForMoreThanItsShareCostsNobodyElse() {
        var greedy = ask(GREEDY, 6);
        var modest = ask(MODEST, 3);

        var more = ask(GREEDY, 20);

        assertThat(turnedAway(greedy)).isEqualTo(3);
        assertThat(turnedAway(more)).isEqualTo(20);
        assertThat(turnedAway(modest)).isZero();
    }

    @Test
    void placesThatWereLeftMeanwhileCountNoMore() {
        var greedy = ask(GREEDY, 6);
        var first = ask(MODEST, 1);
        greedy.forEach(UniAssertSubscriber::cancel);
        var others = ask(MODEST, 5);
        core.advance(Duration.ofSeconds(1));

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

    @Test
    void oneCountRunsAtATime() {
        AtomicInteger counts = new AtomicInteger();
        List<Runnable> worker = new ArrayList<>();
        FairShare<Connection> fairShare = new FairShare<>(
                Set.of(),
                connection -> connection,
                () -> {
                    counts.incrementAndGet();
                    return Core::groupOf;
                },
                core.time,
                worker::add);

        for (int second = 0; second < 10; second++) {
            fairShare.countAgain();
            core.advance(Duration.ofSeconds(1));
        }
        worker.forEach(Runnable::run);

        assertThat(counts).hasValue(1);
    }
}

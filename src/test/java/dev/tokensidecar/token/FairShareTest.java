package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.testing.time.VirtualTime;
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

/** A queue of six slots, and several groups of callers that together want more. */
class FairShareTest {

    private static final int NOISY = 1000;
    private static final int QUIET = 2000;
    private static final int THIRD = 3000;

    private final Core core = new Core(Core.POLICY, 6);

    @BeforeEach
    void startWithoutToken() {
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

    /** Sends requests and runs the survey that decides about them. */
    private List<UniAssertSubscriber<AccessToken>> askAndSurvey(int group, int callers) {
        var results = ask(group, callers);
        core.advance(Duration.ofMillis(100));
        return results;
    }

    private static long rejected(List<UniAssertSubscriber<AccessToken>> results) {
        return results.stream()
                .filter(result -> result.getFailure() instanceof TokenException.TooManyWaiters)
                .count();
    }

    @Test
    void oneGroupAloneCanFillTheQueue() {
        var waiting = ask(NOISY, 6);

        assertThat(Core.failure(ask(NOISY))).isInstanceOf(TokenException.TooManyWaiters.class);
        assertThat(rejected(waiting)).isZero();
    }

    @Test
    void anotherGroupGetsASlotOfTheLargestGroup() {
        var noisy = ask(NOISY, 6);

        var quiet = ask(QUIET);

        quiet.assertNotTerminated();
        assertThat(rejected(noisy)).isEqualTo(1);
        assertThat(core.service.status().waiters()).isEqualTo(6);
    }

    @Test
    void groupsConvergeToEqualShares() {
        var noisy = ask(NOISY, 6);

        var quiet = askAndSurvey(QUIET, 6);
        var third = askAndSurvey(THIRD, 6);
        core.server.grant();

        assertThat(List.of(6 - rejected(noisy), 6 - rejected(quiet), 6 - rejected(third)))
                .containsExactly(2L, 2L, 2L);
        assertThat(core.service.status().waiters()).isZero();
    }

    @Test
    void aGroupAboveItsShareCostsNoOtherGroup() {
        var noisy = ask(NOISY, 6);
        var quiet = askAndSurvey(QUIET, 3);

        var more = askAndSurvey(NOISY, 20);

        assertThat(rejected(noisy)).isEqualTo(3);
        assertThat(rejected(more)).isEqualTo(20);
        assertThat(rejected(quiet)).isZero();
    }

    @Test
    void slotsOfDisconnectedCallersAreFree() {
        var noisy = ask(NOISY, 6);
        var first = askAndSurvey(QUIET, 1);
        noisy.forEach(UniAssertSubscriber::cancel);
        var others = askAndSurvey(QUIET, 5);

        ask(NOISY).assertNotTerminated();

        assertThat(rejected(first) + rejected(others)).isEqualTo(1);
        assertThat(core.service.status().waiters()).isEqualTo(6);
    }

    @Test
    void aCallerThatDoesNotWaitTakesNoSlot() {
        var noisy = ask(NOISY, 6);

        var impatient = core.ask(TokenRequest.any(Duration.ZERO), Core.callerAt(QUIET));

        assertThat(Core.failure(impatient)).isInstanceOf(TokenException.TooManyWaiters.class);
        assertThat(rejected(noisy)).isZero();
    }

    /** Returns how many surveys of this duration run while callers ask for ten seconds. */
    private static int surveysInTenSeconds(Duration duration) {
        List<Runnable> worker = new ArrayList<>();
        AtomicReference<Core> busy = new AtomicReference<>();
        AtomicInteger surveys = new AtomicInteger();
        Core slow = new Core(
                Core.POLICY,
                1,
                connections -> {
                    surveys.incrementAndGet();
                    busy.get().time.advance(duration);
                    return Core.groupsOf(connections);
                },
                worker::add);
        busy.set(slow);
        slow.service.start();
        worker.removeFirst().run();
        Moment start = slow.time.now();
        while (slow.time.now().since(start).compareTo(Duration.ofSeconds(10)) < 0) {
            var unused = ask(slow, NOISY, 2);
            slow.advance(Duration.ofMillis(10));
            List<Runnable> work = List.copyOf(worker);
            worker.clear();
            work.forEach(Runnable::run);
        }
        return surveys.get();
    }

    @Test
    void aSlowSurveyTakesAtMostATenthOfTheTime() {
        assertThat(surveysInTenSeconds(Duration.ofMillis(50))).isBetween(19, 21);
    }

    @Test
    void aVerySlowSurveyDelaysTheNextOneByASecond() {
        assertThat(surveysInTenSeconds(Duration.ofSeconds(3))).isEqualTo(3);
    }

    /** A caller that arrives during a survey is unknown to it and is not judged by it. */
    @Test
    void aSurveyRejectsNoCallerThatItHasNotSeen() {
        List<Runnable> worker = new ArrayList<>();
        Core slow = started(6, worker);
        var noisy = ask(slow, NOISY, 7);
        Runnable survey = worker.removeFirst();
        var quiet = ask(slow, QUIET, 2);

        survey.run();
        assertThat(rejected(noisy)).isEqualTo(1);
        assertThat(rejected(quiet)).isZero();

        slow.advance(Duration.ofMillis(100));
        worker.removeFirst().run();
        assertThat(rejected(noisy)).isEqualTo(3);
        assertThat(rejected(quiet)).isZero();
    }

    @Test
    void anExcessCallerGetsATokenThatArrivesBeforeTheSurvey() {
        List<Runnable> worker = new ArrayList<>();
        Core slow = started(6, worker);
        var results = ask(slow, NOISY, 8);

        slow.server.grant();

        assertThat(results).allSatisfy(result -> assertThat(Core.value(result)).isEqualTo("access-1"));
        worker.removeFirst().run();
        assertThat(slow.service.status().waiters()).isZero();
    }

    @Test
    void anotherSurveyFollowsOneThatFails() {
        List<Runnable> worker = new ArrayList<>();
        AtomicInteger surveys = new AtomicInteger();
        Core slow = new Core(
                Core.POLICY,
                1,
                connections -> {
                    if (surveys.incrementAndGet() == 1) {
                        throw new IllegalStateException("no list");
                    }
                    return Core.groupsOf(connections);
                },
                worker::add);
        slow.service.start();
        worker.removeFirst().run();
        var first = ask(slow, NOISY, 2);
        assertThatThrownBy(worker.removeFirst()::run).hasMessage("no list");
        assertThat(rejected(first)).isEqualTo(1);

        var second = ask(slow, NOISY, 1);
        slow.advance(Duration.ofMillis(100));
        worker.removeFirst().run();
        assertThat(rejected(second)).isEqualTo(1);
    }

    @Test
    void oneSurveyRunsAtATime() {
        List<Runnable> worker = new ArrayList<>();
        Core slow = started(1, worker);

        for (int second = 0; second < 10; second++) {
            var unused = ask(slow, NOISY, 2);
            slow.advance(Duration.ofMillis(100));
        }

        assertThat(worker).hasSize(1);
    }

    /** The busy group exceeds its share and cannot be evicted. */
    @Test
    void aGroupWithinItsShareGivesUpNothingForOneThatCannotBeEvicted() {
        NamedSlots slots = new NamedSlots(4, "busy");
        slots.occupy("busy-1", "busy-2", "busy-3", "busy-4", "quiet-5", "busy-6", "quiet-7", "noisy-8");

        assertThat(slots.holders)
                .containsExactly("busy-1", "busy-2", "busy-3", "busy-4", "quiet-5", "busy-6", "noisy-8");
    }

    @Test
    void aGroupAboveItsShareGivesUpWhatItCan() {
        NamedSlots slots = new NamedSlots(4, "busy-1", "busy-3");
        slots.occupy("busy-1", "busy-2", "busy-3", "busy-4", "quiet-5", "quiet-6");

        assertThat(slots.holders).containsExactly("busy-1", "busy-3", "quiet-5", "quiet-6");
    }

    /** Slots whose holders are names that begin with their group; some cannot be evicted. */
    private static final class NamedSlots implements FairShare.Slots<String> {

        final List<String> holders = new ArrayList<>();
        private final int limit;
        private final List<String> permanent;

        NamedSlots(int limit, String... permanent) {
            this.limit = limit;
            this.permanent = List.of(permanent);
        }

        void occupy(String... names) {
            holders.addAll(List.of(names));
            new FairShare<>(this, NamedSlots::groupsOf, new VirtualTime(), Runnable::run, (task, delay) -> task.run())
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
            return permanent.stream().noneMatch(name::startsWith) && holders.remove(name);
        }
    }

    /** Starts a core whose worker runs tasks on demand. */
    private static Core started(int maxWaiters, List<Runnable> worker) {
        Core core = new Core(Core.POLICY, maxWaiters, Core::groupsOf, worker::add);
        core.service.start();
        worker.removeFirst().run();
        return core;
    }
}

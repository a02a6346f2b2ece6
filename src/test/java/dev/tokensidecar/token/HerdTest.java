package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many callers and one refresh: who waits, who disconnects, and whom that affects. */
class HerdTest {

    private final Core core = new Core();

    private void expire() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.time.suspend(Duration.ofSeconds(300));
    }

    @Test
    @DisplayName("A hundred callers with an expired token cause one token request and get the same token (R03)")
    void callersWithAnExpiredTokenShareOneRequest() {
        expire();

        List<UniAssertSubscriber<AccessToken>> results = core.ask(100);
        results.forEach(UniAssertSubscriber::assertNotTerminated);
        assertThat(core.service.status().waiters()).isEqualTo(100);
        core.server.grant();

        assertThat(results)
                .allSatisfy(
                        result -> assertThat(result.assertCompleted().getItem().generation())
                                .isEqualTo(2));
        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.service.status().waiters()).isZero();
        assertThat(core.listener.events().stream().filter("coalesced"::equals)).hasSize(99);
    }

    @Test
    @DisplayName("The caller that started a refresh may disconnect, and the others are served (R05)")
    void theCallerThatStartedTheRefreshCanDisconnect() {
        expire();
        List<UniAssertSubscriber<AccessToken>> results = core.ask(10);

        results.getFirst().cancel();
        core.server.grant();

        assertThat(results.subList(1, 10))
                .allSatisfy(result -> assertThat(Core.value(result)).isEqualTo("access-2"));
        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.server.cancelled()).isZero();
    }

    @Test
    @DisplayName("A refresh is saved even if all its callers disconnect (R06)")
    void theRefreshCompletesWithoutWaiters() {
        expire();
        core.ask(10).forEach(UniAssertSubscriber::cancel);
        assertThat(core.service.status().waiters()).isZero();

        core.server.grant();

        assertThat(core.store.saved()).containsExactly("refresh-1", "refresh-2");
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("A caller's timeout ends that caller's wait only (R07)")
    void aDeadlineEndsOneWaitOnly() {
        expire();
        var impatient = core.ask(TokenRequest.any(Duration.ofSeconds(1)));
        var patient = core.ask();

        core.advance(Duration.ofSeconds(1));

        assertThat(Core.failure(impatient)).isInstanceOf(TokenException.DeadlineExceeded.class);
        patient.assertNotTerminated();
        core.server.grant();
        assertThat(Core.value(patient)).isEqualTo("access-2");
    }

    @Test
    void aCallerThatDoesNotWaitFailsImmediatelyAndTheRefreshContinues() {
        expire();

        assertThat(Core.failure(core.ask(TokenRequest.any(Duration.ZERO))))
                .isInstanceOf(TokenException.DeadlineExceeded.class);

        core.server.grant();
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
    }

    @Test
    @DisplayName("A response that arrives after all waiters timed out is still used (R08)")
    void aLateResponseIsAdopted() {
        expire();
        var results = core.ask(3);
        core.advance(Duration.ofSeconds(20));
        assertThat(results)
                .allSatisfy(
                        result -> assertThat(Core.failure(result)).isInstanceOf(TokenException.DeadlineExceeded.class));

        core.server.grant();

        assertThat(core.service.status().generation()).isEqualTo(2);
        assertThat(core.store.saved()).contains("refresh-2");
        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    @DisplayName("The queue of waiters is bounded, and its counter returns to zero (R40)")
    void theQueueIsBounded() {
        Core bounded = new Core(Core.POLICY, 5);
        bounded.service.start();
        var waiting = bounded.ask(5);

        assertThat(Core.failure(bounded.ask())).isInstanceOf(TokenException.TooManyWaiters.class);
        waiting.getFirst().cancel();
        var admitted = bounded.ask();
        bounded.server.grant();

        assertThat(Core.value(admitted)).isEqualTo("access-1");
        assertThat(bounded.service.status().waiters()).isZero();
    }

    @Test
    @DisplayName("A waiter whose callback throws does not affect the others (R41)")
    void aCallbackThatThrowsAffectsNoOtherCaller() {
        expire();
        var before = core.ask();
        var broken = core.service
                .token(TokenRequest.any(Core.WAIT), Core.CALLER)
                .subscribe()
                .with(
                        token -> {
                            throw new IllegalStateException("a caller's own problem");
                        },
                        failure -> {
                            throw new IllegalStateException("a caller's own problem");
                        });
        var after = core.ask();

        core.server.fail(Core.unavailable());

        assertThat(Core.failure(before)).isInstanceOf(RefreshFailure.Unavailable.class);
        assertThat(Core.failure(after)).isInstanceOf(RefreshFailure.Unavailable.class);
        assertThat(broken).isNotNull();
        assertThat(core.service.status().waiters()).isZero();
    }

    @Test
    @DisplayName("A slow client does not delay the others: with a blocked executor (R42)")
    void aCallerWithABlockedExecutorDelaysNoOther() {
        expire();
        Queue<Runnable> blocked = new ArrayDeque<>();
        CompletableFuture<AccessToken> slow = core.service
                .token(
                        TokenRequest.any(Core.WAIT),
                        new Caller(blocked::add, Core.CALLER.connection(), CallerListener.NONE))
                .subscribeAsCompletionStage();
        var others = core.ask(10);

        core.server.grant();

        assertThat(slow).isNotDone();
        assertThat(others).allSatisfy(result -> assertThat(Core.value(result)).isEqualTo("access-2"));
        assertThat(core.service.status().waiters()).isZero();
        blocked.forEach(Runnable::run);
        assertThat(slow.join().generation()).isEqualTo(2);
    }

    @Test
    @DisplayName("A caller that asks again as soon as it failed causes no recursion (R43)")
    void aRequestInAFailureCallbackGetsTheBackOff() {
        expire();
        core.server.failAlways(Core.unavailable());
        List<Integer> depths = new ArrayList<>();

        askAgain(0, depths);

        assertThat(depths).hasSize(50);
        assertThat(core.posts()).isLessThan(10);
    }

    private void askAgain(int depth, List<Integer> depths) {
        if (depth < 50) {
            depths.add(depth);
            var unused = core.service
                    .token(TokenRequest.any(Core.WAIT), Core.CALLER)
                    .subscribe()
                    .with(token -> {}, failure -> askAgain(depth + 1, depths));
        }
    }

    @Test
    void theStateIsPublishedBeforeAnyWaiterIsReleased() {
        expire();
        List<Long> seen = new ArrayList<>();
        var unused = core.service
                .token(TokenRequest.any(Core.WAIT), Core.CALLER)
                .subscribe()
                .with(token -> seen.add(core.service.status().generation()));

        core.server.grant();

        assertThat(seen).containsExactly(2L);
        assertThat(core.state()).isEqualTo("idle");
    }
}

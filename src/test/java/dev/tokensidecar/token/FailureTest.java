package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeStore;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens after a refresh without a token. */
class FailureTest {

    private final Core core = new Core();

    private void expire() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.time.suspend(Duration.ofSeconds(300));
    }

    @Test
    @DisplayName("A refresh without a response times out in doubt, and the next one presents the same refresh token"
            + " (R09)")
    void theTimeoutOfARefreshFreesTheSlot() {
        expire();
        var result = core.ask(TokenRequest.any(Duration.ofSeconds(60)));

        core.advance(Duration.ofSeconds(30));

        RefreshFailure failure = (RefreshFailure) Core.failure(result);
        assertThat(failure.error()).isEqualTo("timeout");
        assertThat(failure.inDoubt()).isTrue();
        assertThat(core.server.cancelled()).isEqualTo(1);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "refresh-1");
        assertThat(core.server.maxInFlight()).isEqualTo(1);
    }

    @Test
    @DisplayName("An outage fails all waiters once, and callers during the back-off fail without a token request (R10)")
    void aFailureReachesEveryWaiterAndLastsForTheBackOff() {
        expire();
        List<UniAssertSubscriber<AccessToken>> results = core.ask(20);

        core.server.fail(Core.retryAfter(Duration.ofSeconds(10), false));

        assertThat(results)
                .allSatisfy(result -> assertThat(Core.failure(result)).isInstanceOf(RefreshFailure.Unavailable.class));
        core.ask(50)
                .forEach(result -> assertThat(Core.failure(result).retryAfter()).isEqualTo(Duration.ofSeconds(10)));
        assertThat(core.posts()).isEqualTo(2);
        core.time.suspend(Duration.ofSeconds(10));
        var afterwards = core.ask(50);
        assertThat(core.posts()).isEqualTo(3);
        core.server.grant();
        assertThat(afterwards).allSatisfy(UniAssertSubscriber::assertCompleted);
    }

    @Test
    @DisplayName("A failure is forgotten after the back-off (R11)")
    void theNextRefreshIsANewOne() {
        expire();
        var first = core.ask();
        core.server.fail(Core.unavailable());
        assertThat(Core.failure(first)).isInstanceOf(RefreshFailure.Unavailable.class);

        core.advance(Duration.ofSeconds(1));
        var second = core.ask();
        core.server.grant();

        assertThat(Core.value(second)).isEqualTo("access-2");
        assertThat(core.service.status().failuresInARow()).isZero();
    }

    @ParameterizedTest
    @DisplayName("The sidecar honours Retry-After in seconds and as a date, up to a limit: waiting (R13)")
    @CsvSource({"7, false, 7", "36000, false, 300", "36000, true, 3600", "0, false, 0"})
    void retryAfterIsKeptAndCapped(long asked, boolean throttled, long kept) {
        expire();
        var result = core.ask();
        core.server.fail(Core.retryAfter(Duration.ofSeconds(asked), throttled));
        result.assertFailed();

        core.advance(Duration.ofSeconds(kept).minusMillis(1));
        assertThat(core.posts()).isEqualTo(2);
        core.advance(Duration.ofMillis(11));
        assertThat(core.posts()).isEqualTo(3);
    }

    /** Some servers throttle whoever renews a token before its last seconds. */
    @Test
    void howeverLongThePauseOneAttemptRemainsForTheLastMomentsOfTheTokenAndOneForItsEnd() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        core.server.fail(Core.retryAfter(Duration.ofSeconds(3600), true));

        core.advance(Duration.ofSeconds(44));
        assertThat(core.posts()).isEqualTo(2);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.posts())
                .as("five seconds before the token is not served any more")
                .isEqualTo(3);
        core.server.fail(Core.retryAfter(Duration.ofSeconds(3600), true));
        core.advance(Duration.ofSeconds(5).minusMillis(1));
        assertThat(core.posts()).isEqualTo(3);
        core.advance(Duration.ofMillis(20));
        assertThat(core.posts()).as("at the end").isEqualTo(4);
        core.server.fail(Core.retryAfter(Duration.ofSeconds(3600), true));
        core.advance(Duration.ofSeconds(3599));
        assertThat(core.posts()).isEqualTo(4);
    }

    @Test
    void aServerThatRenewsATokenOnlyInItsLastSecondsInterruptsNobody() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        core.server.fail(new RefreshFailure.Misconfigured("access_denied", "access_token not expired"));

        core.advance(Duration.ofSeconds(45));
        core.server.grant();

        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        assertThat(core.posts()).isEqualTo(3);
    }

    @Test
    @DisplayName("While the server throttles and no token is usable, callers get 503 with the remaining time (R14)")
    void callersGetTheRemainingBackOff() {
        expire();
        var result = core.ask();
        core.server.fail(Core.retryAfter(Duration.ofSeconds(40), true));
        assertThat(Core.failure(result).retryAfter()).isEqualTo(Duration.ofSeconds(40));

        core.advance(Duration.ofSeconds(15));

        assertThat(Core.failure(core.ask()).retryAfter()).isEqualTo(Duration.ofSeconds(25));
    }

    @Test
    @DisplayName("After invalid_grant the sidecar serves the access token until it expires, then fails callers"
            + " immediately (R15)")
    void anInvalidRefreshTokenStopsRenewalAndTheCurrentTokenIsServedToItsEnd() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        core.server.fail(Core.invalidGrant());
        assertThat(core.state()).isEqualTo("dead");

        core.advance(Duration.ofSeconds(49));
        assertThat(Core.value(core.ask())).isEqualTo("access-1");

        core.advance(Duration.ofSeconds(2));
        core.ask(100)
                .forEach(result -> assertThat(Core.failure(result)).isInstanceOf(RefreshFailure.InvalidGrant.class));
        assertThat(Core.failure(core.report("access-1"))).isInstanceOf(RefreshFailure.InvalidGrant.class);
        assertThat(core.service.status().freshness().usable()).isFalse();
        assertThat(core.posts()).isEqualTo(2);
    }

    @Test
    void anInvalidRefreshTokenIsProbedAtIntervals() {
        expire();
        var result = core.ask();
        core.server.fail(Core.invalidGrant());
        result.assertFailed();

        core.advance(Duration.ofSeconds(299));
        assertThat(core.posts()).isEqualTo(2);
        core.advance(Duration.ofSeconds(2));
        assertThat(core.posts()).isEqualTo(3);
        core.server.grant();

        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        assertThat(core.listener.events()).contains("refreshed PROBE");
    }

    @Test
    void failedClientAuthenticationIsRetriedAfterTheLongestPause() {
        expire();
        var result = core.ask();
        core.server.fail(new RefreshFailure.Misconfigured("invalid_client", "wrong secret"));
        assertThat(Core.failure(result)).isInstanceOf(RefreshFailure.Misconfigured.class);

        core.advance(Duration.ofSeconds(29));
        assertThat(core.posts()).isEqualTo(2);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.posts()).isEqualTo(3);
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "refresh-1");
    }

    @Test
    void aDefectIsReportedByItsTypeAlone() {
        expire();
        var result = core.ask();

        core.server.fail(new IllegalStateException("refresh-1 must not be seen"));

        assertThat(Core.failure(result).detail()).isEqualTo("unexpected java.lang.IllegalStateException");
    }

    @Test
    @DisplayName("The sidecar starts while the authorization server is down, and recovers without a restart (R48)")
    void theServiceWaitsForAServerThatIsDownAtTheStart() {
        core.server.failAlways(Core.unavailable());
        core.service.start();
        core.advance(Duration.ofMinutes(10));
        assertThat(core.service.status().generation()).isZero();
        assertThat(Core.failure(core.ask())).isInstanceOf(RefreshFailure.Unavailable.class);

        core.server.respondImmediately();
        core.advance(Duration.ofSeconds(30));

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
    }

    @Test
    void aMissingRefreshTokenIsReportedAndLookedForAgain() {
        core.store.contents(SessionRecord.EMPTY);
        core.service.start();
        assertThat(core.posts()).isZero();
        assertThat(Core.failure(core.ask()).detail()).contains("store.refresh-token-file");

        core.store.contents(FakeStore.record(FakeStore.token("seed")));
        core.server.respondImmediately();
        core.advance(Duration.ofSeconds(30));

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.server.presented()).containsExactly("seed");
    }

    @Test
    @DisplayName("Shutdown waits until a refresh in flight is saved (R44)")
    void stoppingCompletesTheRefreshInFlightAndStartsNoOther() {
        expire();
        var result = core.ask();
        var stopped =
                core.service.stop(Duration.ofSeconds(25)).subscribe().withSubscriber(UniAssertSubscriber.create());
        stopped.assertNotTerminated();

        core.server.grant();

        stopped.assertCompleted();
        assertThat(Core.value(result)).isEqualTo("access-2");
        assertThat(core.store.saved()).contains("refresh-2");
        core.advance(Duration.ofHours(1));
        assertThat(core.posts()).isEqualTo(2);
        assertThat(Core.failure(core.ask()).detail()).contains("shutting down");
    }

    @Test
    void stoppingFailsWaitersAfterTheGracePeriodAndStillAdoptsALateResponse() {
        expire();
        var result = core.ask(TokenRequest.any(Duration.ofSeconds(30)));
        var stopped = core.service.stop(Duration.ofSeconds(3)).subscribe().withSubscriber(UniAssertSubscriber.create());
        core.advance(Duration.ofSeconds(2));
        stopped.assertNotTerminated();
        result.assertNotTerminated();

        core.advance(Duration.ofSeconds(1));
        stopped.assertCompleted();
        assertThat(Core.failure(result).detail()).contains("shutting down");

        core.server.grant();
        assertThat(core.store.saved()).contains("refresh-2");
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
    }
}

package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Several sidecars share one record that holds their access tokens too. */
class FleetTest {

    private static final Duration LIFETIME = Duration.ofSeconds(300);
    /** The timeout of a request and ten seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final ProcessId OTHER = new ProcessId("pod-b", "uid-b", "run-b");

    private final Core first = new Core(FakeStore.shared());
    private final Core second = first.anotherPod();

    private Claim claimOfOther() {
        RefreshToken current = Objects.requireNonNull(first.store.record().current());
        return new Claim(OTHER, current.hash(), "default", Instant.EPOCH);
    }

    private static String outcome(Core core) {
        return Objects.requireNonNull(core.service.status().lastRefresh()).outcome();
    }

    @Test
    @DisplayName("One request serves a whole fleet: a pod adopts the access token that another one has obtained")
    void aStartingPodAdoptsTheTokenThatIsThere() {
        first.startWithLifetime(LIFETIME);
        second.service.start();

        assertThat(Core.value(second.ask())).isEqualTo("access-1");
        assertThat(first.posts()).isEqualTo(1);
        assertThat(outcome(second)).isEqualTo(LastRefresh.ADOPTED);
        assertThat(second.service.status().refreshToken())
                .isEqualTo(first.service.status().refreshToken());
    }

    @Test
    void theFieldsOfTheTokenAreAdoptedWithIt() {
        TokenFields fields = new TokenFields(Map.of("id_token", Secret.of("identity-1")));
        first.service.start();
        first.server.reply(
                new TokenResponse(Secret.of("access-1"), "Bearer", null, LIFETIME, null, null, null, fields));

        second.service.start();

        assertThat(first.ask().assertCompleted().getItem().fields()).isEqualTo(fields);
        assertThat(second.ask().assertCompleted().getItem().fields()).isEqualTo(fields);
        assertThat(first.posts()).isEqualTo(1);
    }

    @Test
    void ofPodsThatStartTogetherOneSendsARequest() {
        List<Core> others = Stream.generate(first::anotherPod).limit(20).toList();
        first.service.start();
        others.forEach(core -> core.service.start());
        var results = others.stream().map(Core::ask).toList();
        assertThat(first.posts()).isEqualTo(1);

        first.server.grant();

        assertThat(results).extracting(Core::value).containsOnly("access-1");
        assertThat(first.posts()).isEqualTo(1);
    }

    @Test
    void podsThatWaitAdoptWhatTheChangeBringsWithoutAnotherRead() {
        first.service.start();
        second.service.start();
        int reads = first.store.reads();

        first.server.grant();

        assertThat(Core.value(second.ask())).isEqualTo("access-1");
        assertThat(first.store.reads()).isEqualTo(reads);
    }

    @Test
    void aChangeOfTheRecordIsAdoptedWithoutARefresh() {
        first.startWithLifetime(LIFETIME);
        second.service.start();
        first.advance(Duration.ofSeconds(240));
        first.server.grant();

        assertThat(Core.value(second.ask())).isEqualTo("access-2");
        assertThat(second.listener.events()).contains("adopted");
        assertThat(first.posts()).isEqualTo(2);
    }

    @Test
    void thePodThatObtainedATokenRefreshesItFirst() {
        first.startWithLifetime(LIFETIME);
        second.service.start();
        first.advance(Duration.ofSeconds(240));

        assertThat(first.state()).isEqualTo("refreshing");
        assertThat(second.state()).isEqualTo("idle");
    }

    @Test
    void anotherPodRefreshesWhenTheHolderIsGone() {
        first.startWithLifetime(LIFETIME);
        second.service.start();
        first.service.stop(Duration.ZERO).await().indefinitely();

        first.advance(Duration.ofSeconds(289));
        first.server.grant();

        assertThat(Core.value(second.ask())).isEqualTo("access-2");
        assertThat(first.server.presented()).containsExactly("refresh-0", "refresh-1");
    }

    @Test
    void aRejectedTokenIsRefreshedOnceForAll() {
        first.startWithLifetime(LIFETIME);
        second.service.start();
        first.advance(Duration.ofSeconds(70));
        var reportOfFirst = first.report("access-1");
        var reportOfSecond = second.report("access-1");
        first.server.grant();

        assertThat(Core.value(reportOfFirst)).isEqualTo("access-2");
        assertThat(Core.value(reportOfSecond)).isEqualTo("access-2");
        assertThat(first.posts()).isEqualTo(2);
        assertThat(Core.failure(second.report("access-2"))).isInstanceOf(TokenException.RejectedAgain.class);
    }

    @Test
    void aClaimThatDoesNotChangeIsTakenOverAfterTheTimeoutAndAMargin() {
        first.store.contents(first.store.record().claimed(claimOfOther()));
        first.service.start();
        assertThat(first.service.status().claimedBy()).isEqualTo("pod-b");
        first.advance(PATIENCE.minusMillis(1));
        assertThat(first.posts()).isZero();

        first.advance(Duration.ofSeconds(1));

        assertThat(first.posts()).isEqualTo(1);
        assertThat(first.listener.events()).contains("taking over from pod-b");
        assertThat(Objects.requireNonNull(first.store.record().doubt()).presented())
                .isEqualTo(claimOfOther().presented());
    }

    /** Another claim of the same process is another request. */
    @Test
    void aClaimThatChangesIsNotTakenOver() {
        SessionRecord unclaimed = first.store.record();
        first.store.contents(unclaimed.claimed(claimOfOther()));
        first.service.start();
        first.advance(PATIENCE.minusSeconds(5));
        first.store.contents(unclaimed.claimed(claimOfOther()));
        first.advance(PATIENCE.minusSeconds(5));

        assertThat(first.posts()).isZero();
    }

    /** While the store did not respond, the holder could not save its result either. */
    @Test
    void anOutageOfTheStoreDoesNotCountAsPatience() {
        first.store.contents(first.store.record().claimed(claimOfOther()));
        first.service.start();
        first.advance(Duration.ofSeconds(10));
        first.store.failLoads(StoreProblem.UNREACHABLE);
        first.advance(Duration.ofMinutes(2));
        first.store.failLoads(null);

        first.advance(PATIENCE.minusSeconds(1));
        assertThat(first.posts()).isZero();
        first.advance(Duration.ofSeconds(40));
        assertThat(first.posts()).isEqualTo(1);
    }

    @Test
    void anUnattendedGrantDoesNotWaitForTheStore() {
        first.server.initialGrant(InitialGrant.UNATTENDED);
        first.store.failLoads(StoreProblem.UNREACHABLE);
        first.service.start();
        first.server.grant();

        assertThat(Core.value(first.ask())).isEqualTo("access-1");
    }

    @Test
    void aDeadSessionReadsTheStoreAfterAChangeOrOnceAMinute() {
        endTheSession();
        int before = first.store.reads();

        first.advance(Duration.ofMinutes(4));

        assertThat(first.store.reads() - before).isBetween(6, 10);
    }

    @Test
    void theClaimOfAProcessThatHasEndedIsTakenOverAtOnce() {
        Claim claim = claimOfOther();
        first.store.contents(first.store.record().claimed(claim));
        first.store.abandon(claim);
        first.service.start();

        assertThat(first.posts()).isEqualTo(1);
        assertThat(first.listener.events()).contains("in doubt since " + Instant.EPOCH);
    }

    @Test
    void withoutAClaimNoRefreshTokenIsPresented() {
        first.store.failWrites(StoreProblem.UNREACHABLE, "attempt");
        first.service.start();

        assertThat(first.posts()).isZero();
        assertThat(Core.failure(first.ask()).code()).isEqualTo("temporarily_unavailable");

        first.store.failWrites(null);
        first.advance(Duration.ofSeconds(30));
        assertThat(first.posts()).isEqualTo(1);
    }

    @Test
    void withoutReadingTheRecordNoRefreshTokenIsPresented() {
        first.startWithLifetime(LIFETIME);
        first.store.failLoads(StoreProblem.UNREACHABLE);
        first.advance(Duration.ofSeconds(240));

        assertThat(first.posts()).isEqualTo(1);
        assertThat(Core.value(first.ask())).isEqualTo("access-1");
        first.store.failLoads(null);
        first.advance(Duration.ofSeconds(30));
        assertThat(first.posts()).isEqualTo(2);
    }

    /** A store that is back after a long time helps callers at once. */
    @Test
    void aStoreIsAskedEverySecondOrTwoWhileCallersGetNoToken() {
        first.store.failLoads(StoreProblem.UNREACHABLE);
        first.service.start();
        first.advance(Duration.ofMinutes(10));
        int before = first.store.reads();
        first.advance(Duration.ofMinutes(1));
        assertThat(first.store.reads() - before).isBetween(30, 60);

        first.store.failLoads(null);
        first.advance(Duration.ofSeconds(2));

        assertThat(first.posts()).isEqualTo(1);
    }

    /** The time without a response was a pause already. */
    @Test
    void aStoreThatDidNotRespondIsAskedAgainSoonerThanOneThatFailed() {
        first.store.hangLoads(true);
        first.service.start();
        first.advance(Duration.ofMinutes(10));
        int before = first.store.reads();
        first.advance(Duration.ofMinutes(1));
        assertThat(first.store.reads() - before)
                .as("each takes the timeout of 2 s and up to half a second more")
                .isBetween(24, 30);

        first.store.hangLoads(false);
        first.advance(Duration.ofMillis(2500));
        assertThat(first.posts()).isEqualTo(1);
    }

    @Test
    void aStoreIsAskedRarelyWhileCallersGetTheirToken() {
        first.startWithLifetime(Duration.ofMinutes(100));
        first.store.failLoads(StoreProblem.UNREACHABLE);
        var unused = first.report("access-1");
        first.advance(Duration.ofMinutes(10));
        int before = first.store.reads();
        first.advance(Duration.ofMinutes(1));

        assertThat(first.store.reads() - before).isLessThan(10);
    }

    @Test
    @DisplayName("Where no claim is required, an unreachable store does not keep a process from presenting what it has")
    void withoutARequirementARefreshTokenIsPresentedWithoutAClaim() {
        first.store.requireNoClaims();
        first.startWithLifetime(LIFETIME);
        first.store.failLoads(StoreProblem.UNREACHABLE);
        first.store.failWrites(StoreProblem.UNREACHABLE);
        first.advance(Duration.ofSeconds(240));
        first.server.grant();

        assertThat(Core.value(first.ask())).isEqualTo("access-2");
        assertThat(first.server.presented()).containsExactly("refresh-0", "refresh-1");
    }

    /** It has nothing that it could present. */
    @Test
    void withoutARequirementAPodThatStartsWaitsForTheStore() {
        first.store.requireNoClaims();
        first.store.failLoads(StoreProblem.UNREACHABLE);
        first.service.start();
        first.advance(Duration.ofMinutes(1));

        assertThat(first.posts()).isZero();
    }

    @Test
    void aClaimThatAnotherProcessHasWonShowsThatTheStoreWorks() {
        failToClaim(StoreProblem.UNREACHABLE);
        first.store.failWrites(null);
        first.store.beforeNextWrite(
                () -> first.store.contents(first.store.record().claimed(claimOfOther())));
        first.advance(Duration.ofSeconds(1));

        assertThat(first.posts()).isZero();
        assertThat(first.service.status().storeProblem()).isNull();
    }

    @Test
    void aTokenOfAnotherProcessShowsThatTheStoreIsBack() {
        failToClaim(StoreProblem.UNREACHABLE);
        adoptATokenOfAnotherProcess();

        assertThat(first.service.status().storeProblem()).isNull();
    }

    /** The next refresh that this pod has to send would fail again. */
    @Test
    void aTokenOfAnotherProcessDoesNotShowThatThisOneMayWrite() {
        failToClaim(StoreProblem.FORBIDDEN);
        adoptATokenOfAnotherProcess();

        assertThat(first.service.status().storeProblem()).isEqualTo(StoreProblem.FORBIDDEN);
    }

    private void adoptATokenOfAnotherProcess() {
        Instant now = first.time.now().instant();
        SharedToken token = new SharedToken(
                1, Secret.of("access-9"), "Bearer", null, now, LIFETIME, TokenFields.NONE, RefreshReason.EXPIRED, null);
        first.store.contents(first.store.record().granted(FakeStore.token("refresh-9"), null, "default", token));
        assertThat(Core.value(first.ask())).isEqualTo("access-9");
    }

    private void failToClaim(StoreProblem problem) {
        first.store.failWrites(problem, "attempt");
        first.service.start();
        assertThat(first.service.status().storeProblem()).isEqualTo(problem);
    }

    @Test
    void oneOutageIsOneBackOffForAll() {
        first.service.start();
        second.service.start();
        first.server.fail(Core.retryAfter(Duration.ofSeconds(60), true));

        assertThat(Core.failure(first.ask()).retryAfter()).isEqualTo(Duration.ofSeconds(60));
        assertThat(first.posts()).isEqualTo(1);
        first.advance(Duration.ofSeconds(59));
        assertThat(first.posts()).isEqualTo(1);
        first.advance(Duration.ofSeconds(2));
        assertThat(first.posts()).isEqualTo(2);
    }

    /** Otherwise all of them would read the record at the same moment. */
    @Test
    void theOthersEndABackOffAfterThePodThatHasFailed() {
        first.service.start();
        second.service.start();
        first.server.fail(Core.retryAfter(Duration.ofSeconds(60), true));

        assertThat(Core.failure(second.ask()).retryAfter())
                .isGreaterThan(Duration.ofSeconds(60))
                .isLessThanOrEqualTo(Duration.ofSeconds(90));
        int reads = first.store.reads();
        first.advance(Duration.ofSeconds(62));
        assertThat(first.store.reads()).isEqualTo(reads + 1);
    }

    @Test
    void aClientThatIsNotAcceptedConcernsItsPodOnly() {
        first.service.start();
        second.service.start();
        first.server.fail(new RefreshFailure.Misconfigured("invalid_client", "unknown client"));

        assertThat(first.posts()).isEqualTo(2);
        first.server.grant();
        assertThat(Core.value(second.ask())).isEqualTo("access-1");
        assertThat(Core.value(first.ask())).isEqualTo("access-1");
    }

    @Test
    void anInvalidRefreshTokenIsPresentedOnceForAll() {
        endTheSession();

        assertThat(first.state()).isEqualTo("dead");
        assertThat(second.state()).isEqualTo("dead");
        assertThat(first.posts()).isEqualTo(1);
    }

    private void endTheSession() {
        first.service.start();
        second.service.start();
        first.server.fail(Core.invalidGrant());
    }

    private void expectTheSeedToReviveAll() {
        first.advance(Duration.ofSeconds(1));
        first.server.grant();

        assertThat(Core.value(first.ask())).isEqualTo("access-1");
        assertThat(Core.value(second.ask())).isEqualTo("access-1");
        assertThat(first.server.presented()).containsExactly("refresh-0", "seed");
    }

    @Test
    void oneNewSeedRevivesAll() {
        endTheSession();
        first.store.contents(first.store.record(), FakeStore.token("seed"), null);
        expectTheSeedToReviveAll();
    }

    @Test
    void aSeedThatComesBeforeTheLastResponseRevivesAll() {
        first.service.start();
        second.service.start();
        first.store.contents(first.store.record(), FakeStore.token("seed"), null);
        first.server.fail(Core.invalidGrant());
        expectTheSeedToReviveAll();
    }

    @Test
    void aChangeWithoutANewRefreshTokenIsNoReasonToLookSoon() {
        endTheSession();
        int before = first.store.reads();

        first.store.contents(first.store.record());
        first.advance(Duration.ofSeconds(4));

        assertThat(first.store.reads()).isEqualTo(before);
    }

    @Test
    void aResultThatComesTooLateIsDropped() {
        first.service.start();
        SessionRecord claimed = first.store.record();
        RefreshToken newer = FakeStore.token("of-another-pod");
        first.store.contents(claimed.granted(newer, null, "default", null));

        first.server.grant();

        assertThat(first.store.record().current()).isEqualTo(newer);
        assertThat(first.listener.events()).contains("superseded");
        first.advance(Duration.ofSeconds(240));
        assertThat(first.server.presented()).containsExactly("refresh-0", "of-another-pod");
    }

    /** The claim of the other process stays: its request may be on its way. */
    @Test
    void aResultGoesInIfTheRefreshTokenIsStillTheOneThatWasPresented() {
        Claim claim = claimOfOther();
        first.service.start();
        first.store.contents(first.store.record().claimed(claim));

        first.server.grant();

        assertThat(first.store.saved()).containsExactly("refresh-1");
        assertThat(first.store.record().claim()).isEqualTo(claim);
    }

    /** The write was done, and nobody has heard so. */
    @Test
    void aSaveThatIsRepeatedKeepsTheClaimOfAnotherProcess() {
        first.store.holdAcknowledgements(true);
        first.service.start();
        first.server.grant();
        first.advance(Duration.ofSeconds(3));
        SessionRecord saved = first.store.record().claimed(claimOfOther());
        first.store.contents(saved);

        first.advance(Duration.ofSeconds(5));

        assertThat(first.store.record()).isEqualTo(saved);
        assertThat(first.listener.events()).contains("saved");
    }

    /** A login may come while the result of an older request is on its way. */
    @Test
    void theResultOfTheClaimInTheRecordCountsMoreThanALateOne() {
        first.service.start();
        SessionRecord claimed = first.store.record();
        SessionRecord late = claimed.granted(FakeStore.token("late"), null, "default", null);
        first.store.contents(late.claimed(Objects.requireNonNull(claimed.claim())));

        first.server.grant();

        assertThat(first.store.saved()).containsExactly("refresh-1");
        assertThat(first.store.record().generation()).isEqualTo(late.generation() + 1);
    }

    /** The fleet must see it, for this process may end before it has a response. */
    @Test
    void aClaimBringsTheRefreshTokenThatCouldNotBeSaved() {
        presentAnUnsavedRefreshToken();

        assertThat(first.server.presented()).containsExactly("refresh-0", "refresh-1");
        assertThat(Objects.requireNonNull(first.store.record().current())
                        .value()
                        .reveal())
                .isEqualTo("refresh-1");
        assertThat(first.store.record().claim()).isNotNull();
    }

    @Test
    void aClaimThatIsEndedAfterAChangeKeepsTheNewestRefreshToken() {
        presentAnUnsavedRefreshToken();
        Claim claim = Objects.requireNonNull(first.store.record().claim());
        first.store.contents(FakeStore.record(FakeStore.token("refresh-0")).claimed(claim));
        first.store.failWrites(null);

        first.server.fail(Core.unavailable());

        assertThat(first.store.record().claim()).isNull();
        assertThat(Objects.requireNonNull(first.store.record().current())
                        .value()
                        .reveal())
                .isEqualTo("refresh-1");
    }

    private void presentAnUnsavedRefreshToken() {
        first.store.failWrites(StoreProblem.UNREACHABLE, "save");
        first.startWithLifetime(LIFETIME);
        first.advance(Duration.ofSeconds(70));
        var unused = first.report("access-1");
    }
}

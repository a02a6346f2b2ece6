package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.core.FakeStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which refresh token is presented, what is written to the store, and what store failures cost. */
class StoreTest {

    private static final RefreshToken FIRST = FakeStore.token("refresh-0");
    private static final RefreshToken SEED = FakeStore.token("seed");
    private static final RefreshToken OLD = FakeStore.token("old");
    private static final Instant CRASH = Instant.parse("2026-01-01T00:00:00Z");

    private final Core core = new Core();

    private void startWithInvalidToken() {
        core.service.start();
        core.server.fail(Core.invalidGrant());
    }

    @Test
    void anAttemptIsRecordedBeforeTheRequestAndEndsWithTheNewToken() {
        core.service.start();

        assertThat(core.store.events()).containsExactly("attempt refresh-0");
        assertThat(core.posts()).isEqualTo(1);

        core.server.grant();
        assertThat(core.store.events()).containsExactly("attempt refresh-0", "save refresh-1");
    }

    @Test
    void anAttemptWithoutRotationEnds() {
        core.server.rotate(false);
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(core.store.events()).containsExactly("attempt refresh-0", "end refresh-0");
    }

    @Test
    void anAttemptThatNeverReachedTheServerEnds() {
        core.service.start();
        core.server.fail(new RefreshFailure.Unavailable("connect", "connection refused", false, false, null));

        assertThat(core.store.events()).containsExactly("attempt refresh-0", "end refresh-0");
    }

    @Test
    void anAttemptWithALostResponseLeavesADoubt() {
        core.service.start();
        core.server.fail(Core.unavailable());

        assertThat(core.store.events()).containsExactly("attempt refresh-0", "doubt refresh-0");
    }

    @Test
    @DisplayName("After invalid_grant the sidecar reads the store once more, and presents a newer refresh token (R16)")
    void anInvalidTokenIsReplacedByANewerOneInTheStore() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        core.store.contents(FakeStore.record(FakeStore.token("from-another-process")));

        core.server.fail(Core.invalidGrant());
        core.server.grant();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "from-another-process");
        assertThat(core.state()).isEqualTo("idle");
        assertThat(Core.value(core.ask())).isEqualTo("access-2");
        assertThat(core.listener.events()).contains("another refresh token");
    }

    @Test
    void theStoreIsReadUntilItHasNothingNew() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));
        core.store.contents(FakeStore.record(FakeStore.token("second")));
        core.server.fail(Core.invalidGrant());
        core.store.contents(FakeStore.record(FakeStore.token("third")));
        core.server.fail(Core.invalidGrant());
        core.server.fail(Core.invalidGrant());

        assertThat(core.state()).isEqualTo("dead");
        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "second", "third");
    }

    @Test
    @DisplayName("When two sidecars share a refresh token, each presents what the other one has saved (R45)")
    void aSecondProcessAdoptsTheRefreshTokenThatTheFirstOneSaved() {
        core.startWithLifetime(Duration.ofSeconds(300));
        Core other = core.anotherProcess();
        other.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));

        core.server.grant();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1", "refresh-2");
        assertThat(core.store.saved()).containsExactly("refresh-1", "refresh-2", "refresh-3");
        assertThat(Core.value(core.ask())).isEqualTo("access-3");
        assertThat(Core.value(other.ask())).isEqualTo("access-2");
    }

    @Test
    @DisplayName("A new refresh token in the mounted Secret ends the state dead (R18)")
    void aNewSeedRevivesTheSession() {
        startWithInvalidToken();
        core.advance(Duration.ofSeconds(30));
        assertThat(core.posts()).isEqualTo(1);

        core.store.contents(FakeStore.record(FIRST), SEED, null);
        core.advance(Duration.ofSeconds(5));
        core.server.grant();

        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.server.presented()).containsExactly("refresh-0", "seed");
    }

    @Test
    void anInvalidSeedIsPresentedOnce() {
        core.store.contents(FakeStore.record(FIRST), SEED, null);
        startWithInvalidToken();
        core.server.fail(Core.invalidGrant());

        core.advance(Duration.ofSeconds(60));

        assertThat(core.state()).isEqualTo("dead");
        assertThat(core.server.presented()).containsExactly("seed", "refresh-0");
    }

    @Test
    void aNewSeedIsPresentedBeforeTheCurrentTokenAndTheCurrentOneIsNotLost() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.store.contents(core.store.record(), SEED, null);
        core.advance(Duration.ofSeconds(240));

        core.server.fail(Core.invalidGrant());
        core.server.grant();

        assertThat(core.server.presented()).containsExactly("refresh-0", "seed", "refresh-1");
        assertThat(core.state()).isEqualTo("idle");
    }

    @Test
    void afterACrashTheNewestTokenIsPresentedAndThenThePreviousOne() {
        core.store.contents(FakeStore.recordAfterCrash(FIRST, OLD, CRASH));
        startWithInvalidToken();
        core.server.grant();

        assertThat(core.server.presented()).containsExactly("refresh-0", "old");
        assertThat(core.listener.events()).startsWith("in doubt since " + CRASH);
        assertThat(core.state()).isEqualTo("idle");
    }

    /** A crash between the two renames of a save leaves the same token in both files. */
    @Test
    void aTokenThatEqualsThePreviousOneIsPresentedOnce() {
        core.store.contents(FakeStore.recordAfterCrash(FIRST, FIRST, CRASH));
        startWithInvalidToken();

        assertThat(core.server.presented()).containsExactly("refresh-0");
        assertThat(core.state()).isEqualTo("dead");
    }

    @Test
    void aProcessThatReceivedATokenNeverPresentsAnOlderOne() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.store.contents(FakeStore.recordAfterCrash(FakeStore.token("refresh-1"), OLD, CRASH));
        core.advance(Duration.ofSeconds(240));

        core.server.fail(Core.invalidGrant());

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1");
        assertThat(core.state()).isEqualTo("dead");
    }

    @Test
    void anUnreadableStoreDoesNotAffectAProcessWithAToken() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.store.failLoads(StoreProblem.UNREADABLE);
        core.advance(Duration.ofSeconds(240));
        core.server.grant();

        assertThat(core.server.presented()).containsExactly("refresh-0", "refresh-1");
        assertThat(core.service.status().storeProblem()).isEqualTo(StoreProblem.UNREADABLE);
    }

    @ParameterizedTest
    @EnumSource
    void anUnreadableStoreAtTheStartIsReportedWithItsCureAndRetried(StoreProblem problem) {
        core.store.failLoads(problem);
        core.service.start();

        TokenException failure = Core.failure(core.ask());
        assertThat(failure.code()).isEqualTo(problem.passes() ? "temporarily_unavailable" : "configuration");
        assertThat(failure.detail()).contains("the file of the test").endsWith(problem.cure());
        assertThat(core.listener.events()).contains("store " + problem);

        core.store.failLoads(null);
        core.advance(Duration.ofSeconds(30));
        core.server.grant();
        assertThat(Core.value(core.ask())).isEqualTo("access-1");
        assertThat(core.service.status().storeProblem()).isNull();
    }

    @Test
    void aStoreThatHangsDelaysARefreshByItsTimeoutOnly() {
        core.startWithLifetime(Duration.ofSeconds(300));
        core.store.hangLoads(true);
        core.advance(Duration.ofSeconds(241));
        assertThat(core.posts()).isEqualTo(1);
        core.advance(Duration.ofSeconds(1));

        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.service.status().storeProblem()).isEqualTo(StoreProblem.SLOW);
    }

    @Test
    void failureAndRecoveryAreEachReportedOnce() {
        core.store.failWrites(StoreProblem.READ_ONLY);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(60));
        core.store.failWrites(null);
        core.advance(Duration.ofSeconds(5));

        assertThat(core.listener.events())
                .containsOnlyOnce("store READ_ONLY", "store recovered from READ_ONLY", "saved");
        assertThat(Objects.requireNonNull(core.service.status().refreshToken()).persisted())
                .isTrue();
    }

    @Test
    void aRecordThatFitsWhereATokenDoesNotIsNoRecovery() {
        core.store.failWrites(StoreProblem.FULL, "save");
        core.startWithLifetime(Duration.ofSeconds(300));
        core.advance(Duration.ofSeconds(240));

        assertThat(core.posts()).isEqualTo(2);
        assertThat(core.service.status().storeProblem()).isEqualTo(StoreProblem.FULL);
        core.server.fail(new RefreshFailure.Unavailable("connect", "connection refused", false, false, null));
        assertThat(core.service.status().storeProblem()).isEqualTo(StoreProblem.FULL);
        assertThat(core.listener.events()).doesNotContain("store recovered from FULL");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRecordThatCannotBeWrittenIsReportedUntilOneCan(boolean used) {
        core.server.rotate(false);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.store.failWrites(StoreProblem.FULL, "attempt");
        core.advance(Duration.ofSeconds(240));
        if (used) {
            core.server.grant();
        } else {
            core.server.fail(new RefreshFailure.Unavailable("connect", "connection refused", false, false, null));
        }
        assertThat(core.service.status().storeProblem()).isEqualTo(StoreProblem.FULL);

        core.store.failWrites(null);
        core.advance(Duration.ofSeconds(240));
        assertThat(core.service.status().storeProblem()).isNull();
    }

    @Test
    void aSuccessfulSaveEndsTheFailureOfRecords() {
        core.store.failWrites(StoreProblem.FULL);
        core.startWithLifetime(Duration.ofSeconds(300));
        core.store.failWrites(null);
        core.advance(Duration.ofSeconds(5));

        assertThat(core.service.status().storeProblem()).isNull();
    }

    @Test
    void aProblemOfAWorkingStoreIsReported() {
        StoreFailure exposed = new StoreFailure(StoreProblem.EXPOSED, "the file of the test");
        core.store.contents(FakeStore.record(FIRST), null, exposed);
        core.startWithLifetime(Duration.ofSeconds(300));

        assertThat(core.service.status().storeProblem()).isEqualTo(StoreProblem.EXPOSED);
        assertThat(core.listener.events()).contains("store EXPOSED");
    }
}

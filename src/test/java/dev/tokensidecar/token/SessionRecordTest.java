package dev.tokensidecar.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules of what is kept of a session, when several processes write. */
class SessionRecordTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProcessId SELF = new ProcessId("orders-1", "pod-1", "run-1");
    private static final ProcessId OTHER = new ProcessId("orders-2", "pod-2", "run-2");

    private static final RefreshToken SEED = token("seed");
    private static final RefreshToken FIRST = token("first");
    private static final RefreshToken SECOND = token("second");

    private static RefreshToken token(String value) {
        return new RefreshToken(Secret.of(value), NOW, null);
    }

    private static Claim claimOf(ProcessId holder, RefreshToken presented) {
        return new Claim(holder, presented.hash(), "default", NOW);
    }

    private static SessionRecord granted(SessionRecord record, RefreshToken token) {
        return record.granted(token, SEED, "default", null);
    }

    private final SessionRecord first = granted(SessionRecord.EMPTY, FIRST);
    private final SessionRecord second = granted(first, SECOND);

    /** Two logins: the session of the new one may end, and the sidecar goes back to that of the old one. */
    @Test
    void theTokenThatWasReplacedMeanwhileIsThePreviousOne() {
        RefreshToken newLogin = token("of a new login");
        SessionRecord ours = granted(first, newLogin);

        assertThat(ours.over(second, SELF).previous())
                .as("the late result of the old login")
                .isEqualTo(SECOND);
        assertThat(ours.over(first, SELF).previous())
                .as("the one that was there")
                .isEqualTo(FIRST);
        assertThat(granted(second, newLogin).over(first, SELF).previous())
                .as("an old copy")
                .isEqualTo(SECOND);
        assertThat(ours.over(SessionRecord.EMPTY, SELF).previous())
                .as("nothing")
                .isEqualTo(FIRST);
    }

    @Test
    void aSeedIsPresentedUntilItWasUsed() {
        assertThat(SessionRecord.EMPTY.isNew(SEED)).isTrue();
        assertThat(SessionRecord.EMPTY.isNew(null)).isFalse();
        assertThat(first.isNew(SEED)).isFalse();
        assertThat(first.candidates(SEED)).containsExactly(FIRST);
        assertThat(first.candidates(token("a new login"))).containsExactly(token("a new login"), FIRST);
    }

    @Test
    void theTokenBeforeIsWorthATryOnlyInDoubt() {
        assertThat(second.candidates(null)).containsExactly(SECOND);
        assertThat(second.claimed(claimOf(SELF, SECOND)).doubted(null).candidates(null))
                .containsExactly(SECOND, FIRST);
    }

    @Test
    void aDoubtKeepsTheTimeOfTheFirstRequestAboutTheSameToken() {
        Claim later = new Claim(SELF, SECOND.hash(), "default", NOW.plusSeconds(9));
        SessionRecord doubted = second.claimed(claimOf(SELF, SECOND)).doubted(null);

        assertThat(doubted.claimed(later).doubted(null).doubt()).isEqualTo(new SessionRecord.Doubt(SECOND.hash(), NOW));
        assertThat(doubted.doubted(null).doubt()).as("no request").isEqualTo(doubted.doubt());
        assertThat(second.claimed(claimOf(SELF, FIRST))
                        .doubted(null)
                        .claimed(later)
                        .doubted(null)
                        .doubt())
                .as("another token")
                .isEqualTo(new SessionRecord.Doubt(SECOND.hash(), NOW.plusSeconds(9)));
    }

    @Test
    void aRefreshTokenThatStaysTheSameIsNoNewGeneration() {
        SessionRecord same = granted(second, SECOND);

        assertThat(same.generation()).isEqualTo(2);
        assertThat(same.previous()).isNull();
        assertThat(second.previous()).isEqualTo(FIRST);
    }

    @Test
    void theNewestHundredSeedsAreRemembered() {
        SessionRecord record = SessionRecord.EMPTY;
        for (int seed = 0; seed < 101; seed++) {
            record = record.granted(FIRST, token("seed-" + seed), "default", null);
        }
        record = record.granted(FIRST, token("seed-50"), "default", null);

        assertThat(record.seenSeeds()).hasSize(100).endsWith(token("seed-50").hash());
        assertThat(record.isNew(token("seed-0"))).isTrue();
        assertThat(IntStream.rangeClosed(1, 100).mapToObj(seed -> token("seed-" + seed)))
                .noneMatch(record::isNew);
    }

    @Test
    void aRecordWithAHigherGenerationOrAnotherTokenCountsInstead() {
        assertThat(first.isSuperseded(second, SELF)).isTrue();
        assertThat(second.isSuperseded(first, SELF)).isFalse();
        assertThat(first.isSuperseded(first, SELF)).isFalse();
        assertThat(first.isSuperseded(granted(SessionRecord.EMPTY, SECOND), SELF))
                .isTrue();
        assertThat(SessionRecord.EMPTY.isSuperseded(SessionRecord.EMPTY, SELF)).isFalse();
        assertThat(first.isSuperseded(new SessionRecord(1, null, null, List.of(), null, null, SharedState.NONE), SELF))
                .as("the refresh token is gone")
                .isTrue();
    }

    @Test
    void nothingCountsMoreThanTheResultOfTheProcessThatHoldsTheClaim() {
        SessionRecord claimedHere = second.claimed(claimOf(SELF, SECOND));
        SessionRecord claimedThere = second.claimed(claimOf(OTHER, SECOND));

        assertThat(first.isSuperseded(claimedHere, SELF)).isFalse();
        assertThat(first.isSuperseded(claimedThere, SELF)).isTrue();
        assertThat(second.isPartOf(claimedHere, SELF)).isFalse();
        assertThat(second.isPartOf(claimedThere, SELF)).isTrue();
    }

    @Test
    void aWriteSucceededIfTheRecordContainsAllOfIt() {
        SessionRecord withToken = first.granted(FIRST, token("another"), "default", shared(3));

        assertThat(first.isPartOf(withToken, SELF)).isTrue();
        assertThat(withToken.isPartOf(first, SELF))
                .as("a seed and an access token are missing")
                .isFalse();
        assertThat(withToken.isPartOf(first.granted(FIRST, token("another"), "default", null), SELF))
                .as("the access token is missing")
                .isFalse();
        assertThat(first.isPartOf(granted(SessionRecord.EMPTY, SECOND), SELF))
                .as("another refresh token")
                .isFalse();
        assertThat(first.isPartOf(second, SELF)).as("another generation").isFalse();
    }

    private static SharedToken shared(long sequence) {
        return new SharedToken(
                sequence,
                Secret.of("access"),
                "Bearer",
                null,
                NOW,
                Duration.ofMinutes(1),
                TokenFields.NONE,
                RefreshReason.EXPIRED,
                null);
    }

    @Test
    void aRecordThatIsWrittenOverAnotherKeepsItsSeedsAndItsClaim() {
        Claim theirs = claimOf(OTHER, SECOND);
        RefreshToken theirSeed = token("their seed");
        SessionRecord stored =
                second.granted(SECOND, theirSeed, "default", null).claimed(theirs);
        SessionRecord ours = granted(SessionRecord.EMPTY, token("ours"));

        SessionRecord written = ours.over(stored, SELF);

        assertThat(written.generation()).isEqualTo(3);
        assertThat(written.current()).isEqualTo(token("ours"));
        assertThat(written.seenSeeds()).contains(SEED.hash(), theirSeed.hash());
        assertThat(written.claim()).isEqualTo(theirs);
        assertThat(ours.over(second.claimed(claimOf(SELF, SECOND)), SELF).claim())
                .as("its own claim")
                .isNull();
        assertThat(second.over(second, SELF).generation()).as("the same token").isEqualTo(2);
    }
}

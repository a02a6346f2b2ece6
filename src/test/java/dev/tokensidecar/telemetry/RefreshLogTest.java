package dev.tokensidecar.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.log.LogFields;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.LoginPrompt;
import dev.tokensidecar.token.ProcessId;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefreshLogTest {

    private static final Logger LOGGER = Logger.getLogger("dev.tokensidecar.refresh");

    private final RefreshLog log = new RefreshLog("default");
    private final Lines lines = new Lines();

    @BeforeEach
    void listen() {
        LOGGER.addHandler(lines);
        LOGGER.setLevel(Level.ALL);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(lines);
    }

    private void fail(Duration sinceStart, RefreshFailure failure) {
        Instant at = Instant.EPOCH.plus(sinceStart);
        log.failed(
                new LastRefresh(at, RefreshReason.STARTUP, failure.error(), Duration.ZERO),
                failure,
                Duration.ofSeconds(1),
                false);
    }

    private static RefreshFailure unavailable() {
        return new RefreshFailure.Unavailable(
                "connect_failed", "no connection to auth:443: refused", false, false, null);
    }

    @Test
    void aRepeatedFailureIsLoggedOncePerInterval() {
        for (int second = 0; second < 180; second++) {
            fail(Duration.ofSeconds(second), unavailable());
        }

        assertThat(lines.texts)
                .hasSize(3)
                .allSatisfy(line ->
                        assertThat(line).contains("error=connect_failed", "token=default", "cure=\"none needed"));
    }

    @Test
    void aLoginPromptIsLoggedOncePerIntervalAndWhenItChanges() {
        for (int second = 0; second < 120; second += 5) {
            fail(Duration.ofSeconds(second), pending(second < 100 ? "WDJB-MJHT" : "SECOND"));
        }

        assertThat(lines.texts)
                .hasSize(3)
                .allSatisfy(line -> assertThat(line)
                        .startsWith("login required token=default open=https://login.example.com/device code=")
                        .contains("valid_until=1970-01-01T00:10:00Z"));
        assertThat(lines.texts.getLast()).contains("code=SECOND");
    }

    private static RefreshFailure pending(String code) {
        return new RefreshFailure.AuthorizationPending(
                new LoginPrompt("https://login.example.com/device", null, code, Instant.EPOCH.plusSeconds(600)),
                Duration.ofSeconds(5));
    }

    @Test
    void aClockSetBackDoesNotSilenceTheLog() {
        fail(Duration.ofDays(2), unavailable());
        fail(Duration.ofDays(1), unavailable());
        fail(Duration.ofDays(1).plusSeconds(59), unavailable());

        assertThat(lines.texts).hasSize(2);
    }

    @Test
    void aDifferentFailureIsLoggedImmediatelyAndInvalidGrantAsAnError() {
        fail(Duration.ZERO, unavailable());
        fail(Duration.ofSeconds(1), new RefreshFailure.InvalidGrant("invalid_grant", "not active"));

        assertThat(lines.texts).hasSize(2);
        assertThat(lines.levels).containsExactly("WARN", "ERROR");
        assertThat(lines.texts.getLast()).contains("log in again");
    }

    @Test
    void aFailedSaveNamesTheProblem() {
        log.storeFailed(new StoreFailure(StoreProblem.FULL, "/data/refresh-token cannot be written: IOException"));
        log.savedLate();

        assertThat(lines.texts.getFirst()).contains("problem=full", "cure=\"free disk space", "/data/refresh-token");
        assertThat(lines.texts.getLast()).contains("refresh token saved");
    }

    @Test
    void aStoreProblemThatMayPassByItselfIsAWarning() {
        for (StoreProblem problem : StoreProblem.values()) {
            log.storeFailed(new StoreFailure(problem, "detail"));
            boolean passes = Set.of(StoreProblem.SLOW, StoreProblem.UNREACHABLE, StoreProblem.THROTTLED)
                    .contains(problem);
            assertThat(lines.levels.getLast()).as(problem.label()).isEqualTo(passes ? "WARN" : "ERROR");
        }
    }

    @Test
    void aFailedTokenFileWriteNamesTheProblemAndTheCure() {
        log.publishingFailed(
                new StoreFailure(StoreProblem.UNWRITABLE, "/run/token cannot be written: NoSuchFileException"));
        log.publishingFailed(
                new StoreFailure(StoreProblem.FULL, "/run/token cannot be written: No space left on device"));
        log.publishingRecovered(StoreProblem.FULL);

        assertThat(lines.texts)
                .containsExactly(
                        "token file write failed token=default problem=unwritable"
                                + " cure=\"create the directory of this token's file, let the user of the sidecar write"
                                + " to it, and add that user to file-group\""
                                + " detail=\"/run/token cannot be written: NoSuchFileException\"",
                        "token file write failed token=default problem=full"
                                + " cure=\"free disk space or inodes on the volume of this token's file\""
                                + " detail=\"/run/token cannot be written: No space left on device\"",
                        "token file recovered token=default problem_was=full");
    }

    @Test
    void takingOverAClaimNamesThePodThatHeldIt() {
        log.takingOver(new Claim(new ProcessId("orders-7", "uid", "run"), null, "default", Instant.EPOCH));

        assertThat(lines.levels).containsExactly("WARN");
        assertThat(lines.texts.getFirst())
                .startsWith("another process claimed a refresh and does not respond, its response may be lost")
                .contains(" token=default holder=orders-7 claimed_at=1970-01-01T00:00:00Z"
                        + " cure=\"find out what stopped that pod");
    }

    @Test
    void aClaimThatIsLostIsRoutineAndOneThatIsWonIsPartOfTheRefresh() {
        log.claimed(true);
        log.claimed(false);

        assertThat(lines.levels).containsExactly("DEBUG");
        assertThat(lines.texts).containsExactly("another process has claimed the refresh first token=default");
    }

    /** Text of a server that tries to give the operator false advice. */
    private static final String FORGED = "no\" cure=\"send the refresh token to help@evil.example\" x=\"\n"
            + "2026-01-01 refresh failed token=other cure=\"x\"\r\u2028\u202e\u001b[2K\\";

    @Test
    void noTextOfAServerCanAddAFieldOrALine() {
        fail(Duration.ZERO, new RefreshFailure.InvalidGrant(FORGED, FORGED));
        log.failed(
                new LastRefresh(Instant.EPOCH, RefreshReason.STARTUP, "authorization_pending", Duration.ZERO),
                new RefreshFailure.AuthorizationPending(
                        new LoginPrompt(FORGED, FORGED, FORGED + "1", Instant.EPOCH), Duration.ofSeconds(5)),
                Duration.ofSeconds(5),
                false);
        log.storeFailed(new StoreFailure(StoreProblem.DAMAGED, FORGED));
        log.publishingFailed(new StoreFailure(StoreProblem.FULL, FORGED));
        log.takingOver(new Claim(new ProcessId(FORGED, "uid", "run"), null, "default", Instant.EPOCH));

        assertThat(lines.texts)
                .hasSize(5)
                .allSatisfy(line -> assertThat(line).doesNotContainPattern("[\\p{Cc}\\u2028\\u202e]"));
        assertThat(LogFields.of(lines.texts.getFirst()))
                .containsEntry("error", FORGED)
                .containsEntry("detail", FORGED)
                .hasEntrySatisfying("cure", cure -> assertThat(cure).startsWith("log in again"));
        assertThat(LogFields.of(lines.texts.get(1)))
                .containsEntry("code", FORGED + "1")
                .containsEntry("open", FORGED);
        assertThat(LogFields.of(lines.texts.get(2))).containsEntry("detail", FORGED);
        assertThat(LogFields.of(lines.texts.get(3))).containsEntry("detail", FORGED);
        assertThat(LogFields.of(lines.texts.get(4))).containsEntry("holder", FORGED);
    }

    private static final class Lines extends Handler {
        private final List<String> texts = new ArrayList<>();
        private final List<String> levels = new ArrayList<>();

        @Override
        public void publish(LogRecord record) {
            texts.add(new PatternFormatter("%m").format(ExtLogRecord.wrap(record)));
            levels.add(record.getLevel().getName());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}

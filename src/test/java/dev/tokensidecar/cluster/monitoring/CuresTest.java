package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.token.Cure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Log, {@code /status} and the page take their advice from {@link Cure}. The runbook and the alerts say it in its words. */
class CuresTest {

    private static final Map<Cure, String> ALERTS = Map.of(
            Cure.LOG_IN, "TokenSidecarRefreshTokenDead",
            Cure.STORE_FILE, "TokenSidecarRefreshTokenNotPersisted",
            Cure.CONFIGURATION, "TokenSidecarConfigurationRefused",
            Cure.CLAIM, "TokenSidecarClaimStale");

    private static String section(Cure cure) {
        return switch (cure) {
            case RETRY, TOKEN_ENDPOINT, ENTER_CODE, FILE -> "Refresh failing";
            case LOG_IN -> "Dead";
            case CLIENT, GRANT, SCOPE, SEED, CONFIGURATION -> "Configuration";
            case STORE_FILE -> "Not persisted";
            case CLAIM -> "Claim stale";
            case TOKEN_FILE_SPACE, TOKEN_FILE_MOUNT, TOKEN_FILE_FIELD, TOKEN_FILE_ACCESS -> "Token file";
        };
    }

    /** Returns a section of the runbook on one line, without its formatting. */
    private static String runbook(String heading) throws IOException {
        Matcher section = Pattern.compile("(?ms)^### " + heading + "\\b.*?(?=^### |\\z)")
                .matcher(Files.readString(Path.of("docs", "operations.md")));
        assertThat(section.find()).as("the section %s", heading).isTrue();
        return section.group().replace("`", "").replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @EnumSource
    void theRunbookSaysTheWordsOfTheLog(Cure cure) throws IOException {
        assertThat(runbook(section(cure))).containsIgnoringCase(cure.text());
    }

    @ParameterizedTest
    @EnumSource
    void theRunbookSaysWhatToDoAboutEachProblemOfTheStore(StoreProblem problem) throws IOException {
        assertThat(runbook("Store in trouble"))
                .containsPattern(
                        "\\| " + problem.label() + " \\|[^|]*\\|[^|]*\\| " + "(?i)" + Pattern.quote(problem.cure()));
    }

    @Test
    void theAlertsSayTheWordsOfTheLog() {
        ALERTS.forEach((cure, name) -> assertThat(Rules.alerts())
                .filteredOn(alert -> alert.getString("alert").equals(name))
                .singleElement()
                .satisfies(alert -> assertThat(alert.getJsonObject("annotations")
                                .getString("action")
                                .replace("`", ""))
                        .containsIgnoringCase(cure.text())));
    }

    @Test
    void theLogOfRefreshesHasNoAdviceOfItsOwn() throws IOException {
        assertThat(Path.of("src/main/java/dev/tokensidecar/telemetry/RefreshLog.java"))
                .content()
                .contains("cure=%s")
                .doesNotContain("cure=\\\"");
    }
}

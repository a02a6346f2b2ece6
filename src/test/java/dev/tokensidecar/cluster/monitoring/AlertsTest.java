package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The alerts and the operations guide list the same alerts, and each links to an existing section. */
class AlertsTest {

    private static final String RUNBOOK = "https://git.example.com/token-sidecar/blob/main/docs/operations.md#";
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(TokenSidecar\\w+)` \\| (\\w+) \\|.*\\| \\[[^]]*]\\(#([^)]*)\\) \\|$");
    private static final Pattern RECORD = Pattern.compile("(?m)^\\| `([a-z0-9_]+:[a-z0-9_]+:[a-z0-9_]+)` \\|");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    private record AlertEntry(String severity, String section) {}

    private static String guide() throws IOException {
        return Files.readString(Path.of("docs", "operations.md"));
    }

    private static JsonObject annotations(JsonObject alert) {
        return alert.getJsonObject("annotations");
    }

    private static AlertEntry entry(JsonObject alert) {
        String runbook = annotations(alert).getString("runbook_url");
        assertThat(runbook).startsWith(RUNBOOK);
        return new AlertEntry(alert.getJsonObject("labels").getString("severity"), runbook.substring(RUNBOOK.length()));
    }

    /** Returns the anchor of a heading, by the rules of the usual forges. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-');
    }

    @Test
    void theGuideListsExactlyTheAlerts() throws IOException {
        Map<String, AlertEntry> documented = ROW.matcher(guide())
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> new AlertEntry(row.group(2), row.group(3))));

        assertThat(Rules.alerts().stream().collect(Collectors.toMap(it -> it.getString("alert"), AlertsTest::entry)))
                .isEqualTo(documented);
    }

    @Test
    void everyRunbookLinkIsASectionOfTheGuide() throws IOException {
        Set<String> sections = HEADING.matcher(guide())
                .results()
                .map(heading -> anchor(heading.group(1)))
                .collect(Collectors.toSet());

        assertThat(Rules.alerts())
                .allSatisfy(alert -> assertThat(sections).contains(entry(alert).section()));
    }

    @Test
    void everyAlertHasSummaryConsequenceAndAnActionWithACommand() {
        assertThat(Rules.alerts()).allSatisfy(alert -> {
            assertThat(annotations(alert).fieldNames())
                    .containsExactlyInAnyOrder("summary", "consequence", "action", "runbook_url");
            assertThat(annotations(alert))
                    .allSatisfy(it -> assertThat((String) it.getValue()).isNotBlank());
            assertThat(annotations(alert).getString("action")).containsPattern("`kubectl (?:logs|get|patch) ");
            assertThat(entry(alert).severity()).isIn("critical", "warning");
        });
    }

    @Test
    void theGuideListsExactlyTheRecordingRules() throws IOException {
        assertThat(Rules.records().stream().map(rule -> rule.getString("record")))
                .containsExactlyInAnyOrderElementsOf(RECORD.matcher(guide())
                        .results()
                        .map(row -> row.group(1))
                        .toList());
    }
}

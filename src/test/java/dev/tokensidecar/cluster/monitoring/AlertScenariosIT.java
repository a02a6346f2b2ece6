package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The alerts in scripted scenarios: each fires when it should, and stays silent just short of its condition. */
@Timeout(180)
class AlertScenariosIT {

    private static final Pattern USED = Pattern.compile("\\$labels\\.(\\w+)");

    private static List<String> names() {
        return Rules.alerts().stream().map(alert -> alert.getString("alert")).toList();
    }

    @Test
    void everyScenarioPasses() throws Exception {
        Path rules = Promtool.rules();
        assertThat(rules).exists();

        Promtool.check(Stream.concat(
                        Stream.of("test", "rules"),
                        Scenarios.read().files().stream().map(Path::toString))
                .toArray(String[]::new));
    }

    @Test
    void everyAlertHasAScenarioInWhichItFires() throws Exception {
        assertThat(Scenarios.read().firing()).containsOnlyKeys(names());
    }

    @Test
    void everyAlertHasAScenarioInWhichItNearlyFires() throws Exception {
        assertThat(Scenarios.read().silent()).containsExactlyInAnyOrderElementsOf(names());
    }

    @Test
    void messagesUseOnlyLabelsOfTheAlert() throws Exception {
        Scenarios scenarios = Scenarios.read();
        for (JsonObject alert : Rules.alerts()) {
            assertThat(USED.matcher(alert.getJsonObject("annotations").encode())
                            .results()
                            .map(use -> use.group(1)))
                    .as(alert.getString("alert"))
                    .isNotEmpty()
                    .allMatch(scenarios.firing().getOrDefault(alert.getString("alert"), Set.of())::contains);
        }
    }
}

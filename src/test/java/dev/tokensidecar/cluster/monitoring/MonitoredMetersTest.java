package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.telemetry.OptionalMeters;
import dev.tokensidecar.testing.measurement.Scrape;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules and dashboard use only metrics, labels and label values of the application. */
@QuarkusTest
class MonitoredMetersTest extends SidecarTest {

    /** Labels that Prometheus adds to each target. */
    private static final Set<String> TARGET_LABELS = Set.of("job", "namespace", "pod");

    /** Metrics of Prometheus itself, or of kube-state-metrics. */
    private static final Set<String> FOREIGN_METRICS =
            Set.of("up", "ALERTS", "kube_pod_init_container_status_running", "kube_pod_container_status_running");

    @Inject
    MeterRegistry meters;

    private Map<String, Map<String, Set<String>>> exposed() {
        return withRecords(OptionalMeters.added(meters, time, () -> Scrape.everything(management)));
    }

    private static Stream<Selector> selectors() {
        return Stream.concat(Rules.expressions(), Dashboard.plainQueries()).flatMap(Selector::of);
    }

    /** Adds the recording rules. A record has the labels of its source; its name says which of them remain. */
    private static Map<String, Map<String, Set<String>>> withRecords(Map<String, Map<String, Set<String>>> exposed) {
        Map<String, Map<String, Set<String>>> all = new TreeMap<>(exposed);
        Rules.records()
                .forEach(rule -> all.put(
                        rule.getString("record"),
                        Selector.of(rule.getString("expr"))
                                .map(source -> all.getOrDefault(source.metric(), Map.of()))
                                .filter(labels -> !labels.isEmpty())
                                .findFirst()
                                .orElseThrow()));
        return all;
    }

    @Test
    void theApplicationExposesEverythingUsed() {
        Map<String, Map<String, Set<String>>> exposed = exposed();

        assertThat(selectors().filter(used -> !FOREIGN_METRICS.contains(used.metric())))
                .isNotEmpty()
                .allSatisfy(used -> {
                    assertThat(exposed).containsKey(used.metric());
                    assertThat(unknown(used, exposed.getOrDefault(used.metric(), Map.of())))
                            .isEmpty();
                });
    }

    private static Map<String, Set<String>> unknown(Selector used, Map<String, Set<String>> exposed) {
        return used.values().entrySet().stream()
                .filter(label -> !TARGET_LABELS.contains(label.getKey()))
                .filter(label -> !label.getValue().equals(Set.of(".*")) || !exposed.containsKey(label.getKey()))
                .filter(label -> !exposed.getOrDefault(label.getKey(), Set.of()).containsAll(label.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}

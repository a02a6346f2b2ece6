package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Scrape;
import dev.tokensidecar.testing.quarkus.SidecarTest;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Rules and dashboard ask for nothing that the application does not tell: metrics, labels, and the words in these. */
@QuarkusTest
class MonitoredMetersTest extends SidecarTest {

    /** What Prometheus knows of a target by itself. */
    private static final Set<String> LABELS_OF_THE_TARGET = Set.of("job", "namespace", "pod");

    /** Made by Prometheus, or by kube-state-metrics where it is installed. */
    private static final Set<String> METRICS_OF_OTHERS =
            Set.of("up", "ALERTS", "kube_pod_init_container_status_running", "kube_pod_container_status_running");

    private static Stream<Selector> selectors() {
        return Stream.concat(Rules.expressions(), Dashboard.plainQueries()).flatMap(Selector::of);
    }

    /** A record has the labels of what it was made from; its own name says which of them are left. */
    private static Map<String, Map<String, Set<String>>> withRecords(Map<String, Map<String, Set<String>>> told) {
        Map<String, Map<String, Set<String>>> all = new TreeMap<>(told);
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
    void everythingThatIsAskedForIsToldByTheApplication() {
        Map<String, Map<String, Set<String>>> told = withRecords(Scrape.everything(management));

        assertThat(selectors().filter(asked -> !METRICS_OF_OTHERS.contains(asked.metric())))
                .isNotEmpty()
                .allSatisfy(asked -> {
                    assertThat(told).containsKey(asked.metric());
                    assertThat(unknown(asked, told.getOrDefault(asked.metric(), Map.of())))
                            .isEmpty();
                });
    }

    private static Map<String, Set<String>> unknown(Selector asked, Map<String, Set<String>> told) {
        return asked.words().entrySet().stream()
                .filter(label -> !LABELS_OF_THE_TARGET.contains(label.getKey()))
                .filter(label -> !label.getValue().equals(Set.of(".*")) || !told.containsKey(label.getKey()))
                .filter(label -> !told.getOrDefault(label.getKey(), Set.of()).containsAll(label.getValue()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}

package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Parsing of selectors; functions, keywords, label lists and durations are no selectors. */
class SelectorTest {

    @Test
    void metricsAndLabelValuesAreParsed() {
        assertThat(Selector.of("sum by (pod, le) (rate(a_total{x=~\"one|two\", y!=\"three\"}[5m])) > 0.5"
                        + " unless on (pod) (time() - level:b:sum < bool 600) == 1 or c offset 1h"))
                .containsExactly(
                        new Selector("a_total", Map.of("x", Set.of("one", "two"), "y", Set.of("three"))),
                        new Selector("level:b:sum", Map.of()),
                        new Selector("c", Map.of()));
    }
}

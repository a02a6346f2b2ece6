package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.cluster.Overlay;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code kubectl apply -k k8s/monitoring} sends. */
@Timeout(60)
class KustomizationIT {

    private static List<JsonObject> objects() {
        return Stream.of(Overlay.monitoring().yaml().split("(?m)^---$"))
                .map(Yaml::parse)
                .toList();
    }

    @Test
    void itContainsScrapingRulesAndTheDashboard() {
        assertThat(objects().stream()
                        .map(it -> it.getString("kind") + " "
                                + it.getJsonObject("metadata").getString("name")))
                .containsExactlyInAnyOrder(
                        "PodMonitor token-sidecar",
                        "PrometheusRule token-sidecar",
                        "ConfigMap token-sidecar-dashboard");
    }

    @Test
    void grafanaFindsTheDashboard() {
        JsonObject map = objects().stream()
                .filter(it -> it.getString("kind").equals("ConfigMap"))
                .findFirst()
                .orElseThrow();

        assertThat(map.getJsonObject("metadata").getJsonObject("labels").getString("grafana_dashboard"))
                .isEqualTo("1");
        assertThat(new JsonObject(map.getJsonObject("data").getString("token-sidecar.json")))
                .isEqualTo(Dashboard.json());
    }
}

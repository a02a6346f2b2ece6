package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rules and scrape configuration without the Prometheus operator, as the guide describes them. */
@Timeout(60)
class RuleFileIT {

    private static final Pattern SCRAPING = Pattern.compile("(?ms)^```yaml\n(scrape_configs:.*?)^```$");
    private static final String PODS = "kubernetes_sd_configs:\n      - role: pod";

    @Test
    void theCommandOfTheGuideExtractsTheRules() throws Exception {
        assertThat(Yaml.read(Promtool.rules())).isEqualTo(Rules.spec());
    }

    @Test
    void prometheusAcceptsTheRules() throws Exception {
        Promtool.check("check", "rules", "--lint-fatal", Promtool.rules().toString());
    }

    /** Replaces the discovery of pods: the Prometheus of Debian is built without Kubernetes. */
    @Test
    void prometheusAcceptsTheConfigurationOfTheGuide() throws Exception {
        String scraping = SCRAPING.matcher(Promtool.guide())
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
        assertThat(scraping).contains(PODS);
        Path file = Tool.write("guide.yaml", scraping.replace(PODS, "static_configs: []"));

        Promtool.check("check", "config", "--lint-fatal", file.toString());
    }
}

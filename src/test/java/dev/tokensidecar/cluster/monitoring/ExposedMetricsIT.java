package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of the packaged application follow the rules of Prometheus for names, types and help texts. */
@Timeout(120)
class ExposedMetricsIT {

    @TempDir
    Path directory;

    @Test
    void promtoolAcceptsTheMeters() throws Exception {
        Path log = Path.of("target", "ExposedMetricsIT.log");
        try (SidecarTestBed testBed = new SidecarTestBed(directory, log, DemoOptions.defaults());
                SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String body = testBed.get(sidecar.management("/q/metrics"), Map.of("Accept", "text/plain; version=0.0.4"))
                    .body();

            String ours = body.lines()
                    .filter(line -> line.matches("(# (HELP|TYPE) )?token_sidecar_.*"))
                    .collect(Collectors.joining("\n", "", "\n"));

            assertThat(ours).contains("token_sidecar_generation{token=\"default\",} 1.0");
            Promtool.checkMetrics(Tool.write("metrics.txt", ours));
        }
    }
}

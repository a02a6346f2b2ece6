package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes a real sidecar whose authorization server fails, recovers and ends the session. */
@Timeout(180)
class RealAlertsIT {

    private static final Duration LIFETIME = Duration.ofSeconds(20);

    private static final String EVER_FIRED =
            "count by (alertname) (count_over_time(ALERTS{alertstate=\"firing\"}[10m]))";

    @TempDir
    Path directory;

    @Test
    void alertsFireAndResolve() throws Exception {
        DemoOptions options =
                DemoOptions.builder().accessTokenLifetime(LIFETIME).build();
        try (SidecarTestBed testBed = new SidecarTestBed(directory, Path.of("target", "RealAlertsIT.log"), options)) {
            testBed.set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "1s");
            try (SidecarProcess sidecar = testBed.start()) {
                sidecar.awaitStarted();
                try (PrometheusServer prometheus = PrometheusServer.start(directory, sidecar)) {
                    assertNoAlerts(prometheus);
                    assertAlertsWhileTheServerFails(testBed, prometheus);
                    assertAlertAfterTheSessionEnded(testBed, prometheus);
                }
            }
        }
    }

    private static void assertNoAlerts(PrometheusServer prometheus) throws InterruptedException {
        prometheus.awaitResult("token_sidecar_refreshes_total{reason=\"ahead_of_expiry\",outcome=\"success\"} > 0");
        assertThat(prometheus.query(EVER_FIRED)).isEmpty();
    }

    private static void assertAlertsWhileTheServerFails(SidecarTestBed testBed, PrometheusServer prometheus)
            throws InterruptedException {
        testBed.server().faults().always(Fault.status(503));
        prometheus.awaitFiring("TokenSidecarRefreshFailing");
        prometheus.awaitFiring("TokenSidecarTokenAboutToEnd");
        prometheus.awaitFiring("TokenSidecarNoUsableToken");
        assertThat(everFired(prometheus))
                .containsExactlyInAnyOrder(
                        "TokenSidecarRefreshFailing", "TokenSidecarTokenAboutToEnd", "TokenSidecarNoUsableToken");
        assertMessagesComplete(prometheus);

        testBed.server().faults().clear();
        prometheus.awaitSilent("TokenSidecarNoUsableToken");
    }

    private static void assertAlertAfterTheSessionEnded(SidecarTestBed testBed, PrometheusServer prometheus)
            throws InterruptedException {
        testBed.server().killAllSessions();
        prometheus.awaitFiring("TokenSidecarRefreshTokenDead");
        assertMessagesComplete(prometheus);
    }

    private static List<String> everFired(PrometheusServer prometheus) throws InterruptedException {
        return prometheus.query(EVER_FIRED).stream()
                .map(labels -> labels.getString("alertname"))
                .toList();
    }

    private static void assertMessagesComplete(PrometheusServer prometheus) throws InterruptedException {
        assertThat(prometheus
                        .firing()
                        .map(alert -> alert.getJsonObject("annotations"))
                        .map(JsonObject::encode))
                .isNotEmpty()
                .allSatisfy(messages -> assertThat(messages)
                        .contains("shop/orders-1", "default")
                        .doesNotContain("error expanding", "no value", "{{"));
    }
}

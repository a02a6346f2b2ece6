package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures whether callers notice refreshes: sends a constant load while the sidecar keeps refreshing a short-lived token
 * ahead of its expiry. Then sends the same load to nginx, to see the influence of the machine.
 */
final class RefreshAhead implements Scenario {

    private static final Duration LIFETIME = Duration.ofSeconds(5);
    private static final Duration LATENCY = Duration.ofMillis(50);
    private static final double MAX_RATIO = 1.5;
    private static final List<Quantile> QUANTILES =
            List.of(new Quantile("p99.9", 0.999), new Quantile("p99", 0.99), new Quantile("p50", 0.5));

    /** Less than the lifetime, so that the sidecar refreshes each token before it expires. */
    private static final Map<String, String> SETTINGS = Map.of("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "1s");

    @Override
    public String name() {
        return "Refresh ahead under load";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("refresh-ahead", LIFETIME)) {
            server.respondAfter(LATENCY);
            try (SidecarProcess sidecar = workbench.sidecar(server, SETTINGS);
                    Nginx nginx = Nginx.replaying(
                            sidecar.api("/token"), "application/json", workbench.path("refresh-nginx"))) {
                RunPlan runPlan = workbench.runPlan();
                int port = sidecar.api("/").getPort();
                RefreshRun ours = RefreshRun.measure(port, runPlan.refreshLoad(), server);
                RefreshRun control = RefreshRun.measure(nginx.target().getPort(), runPlan.refreshControl(), server);
                return section(ours, control);
            }
        }
    }

    private static Section section(RefreshRun ours, RefreshRun control) {
        int errors = ours.errors() + control.errors();
        return Section.of(
                        "Refresh ahead under load",
                        "%s requests/s at a constant rate, tokens with a lifetime of %d s, an authorization server that responds after %d ms: %s requests, %d refreshes, %d errors. Then %s requests to nginx, which takes no part in refreshes, while the sidecar beside it continues with %d refreshes. Ratio of p99.9: sidecar %s, nginx %s."
                                .formatted(
                                        RefreshRun.rate(),
                                        LIFETIME.toSeconds(),
                                        LATENCY.toMillis(),
                                        Numbers.count(ours.requests()),
                                        ours.posts().size(),
                                        errors,
                                        Numbers.count(control.requests()),
                                        control.posts().size(),
                                        Numbers.twoDecimals(ours.ratio()),
                                        Numbers.twoDecimals(control.ratio())))
                .with(control.addTo(
                        ours.addTo(Table.of("requests", "count", "p50, ms", "p99", "p99.9", "longest"), "sidecar"),
                        "nginx"))
                .with(plot(ours, control))
                .with(Target.of(
                        "refresh moment",
                        "p99.9 of requests during a refresh at most %s of those between"
                                .formatted(Numbers.factor(MAX_RATIO)),
                        "%s; %s for nginx beside it"
                                .formatted(Numbers.factor(ours.ratio()), Numbers.factor(control.ratio())),
                        ours.ratio() <= MAX_RATIO))
                .failIf(errors > 0, "refresh ahead: " + errors + " errors")
                .failIf(ours.posts().isEmpty() || control.posts().isEmpty(), "refresh ahead: no refresh");
    }

    private static Plot plot(RefreshRun ours, RefreshRun control) {
        List<Plot.Curve> curves = new ArrayList<>();
        for (Quantile quantile : QUANTILES) {
            String colour = "linecolor " + (curves.size() / 2 + 1);
            curves.add(ours.moments().curve("sidecar, " + quantile.name(), colour, quantile.value()));
            curves.add(control.moments().curve("nginx, " + quantile.name(), "dashtype 2 " + colour, quantile.value()));
        }
        return new Plot(
                "refresh",
                "Latency around a refresh",
                "ms since the token request arrived",
                "ms",
                List.of("set logscale y"),
                curves);
    }

    private record Quantile(String name, double value) {}
}

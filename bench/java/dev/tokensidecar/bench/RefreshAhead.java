package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A constant load while a short-lived token is renewed ahead of its end, again and again: does anybody
 * notice? Then the same load upon nginx, for what the machine has to do with it.
 */
final class RefreshAhead implements Scenario {

    private static final Duration LIFETIME = Duration.ofSeconds(5);
    private static final Duration LATENCY = Duration.ofMillis(50);
    private static final double WANTED = 1.5;

    /** Less than the life, so that each token is renewed in time. */
    private static final Map<String, String> SETTINGS = Map.of("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "1s");

    @Override
    public String name() {
        return "Refresh ahead under load";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("refresh-ahead", LIFETIME)) {
            server.answerAfter(LATENCY);
            try (SidecarProcess sidecar = workbench.sidecar(server, SETTINGS);
                    Nginx nginx = Nginx.repeating(
                            sidecar.api("/token"), "application/json", workbench.path("refresh-nginx"))) {
                Lengths lengths = workbench.lengths();
                int port = sidecar.api("/").getPort();
                RefreshRun ours = RefreshRun.measure(port, lengths.refreshLoad(), server);
                RefreshRun control = RefreshRun.measure(nginx.target().getPort(), lengths.refreshControl(), server);
                return section(ours, control);
            }
        }
    }

    private static Section section(RefreshRun ours, RefreshRun control) {
        int errors = ours.errors() + control.errors();
        return Section.of(
                        "Refresh ahead under load",
                        "%s requests/s whatever happens, tokens of %d s, an authorization server that answers after %d ms: %s requests, %d refreshes, %d errors. Then %s requests to nginx, which knows nothing of refreshes, while the sidecar beside it goes on with them, %d of them. Ratio of p99.9: sidecar %s, nginx %s."
                                .formatted(
                                        RefreshRun.rate(),
                                        LIFETIME.toSeconds(),
                                        LATENCY.toMillis(),
                                        Text.count(ours.requests()),
                                        ours.posts().size(),
                                        errors,
                                        Text.count(control.requests()),
                                        control.posts().size(),
                                        Text.two(ours.ratio()),
                                        Text.two(control.ratio())))
                .with(control.in(
                        ours.in(Table.of("requests", "how many", "p50, ms", "p99", "p99.9", "longest"), "sidecar"),
                        "nginx"))
                .with(plot(ours, control))
                .with(Reach.of(
                        "refresh moment",
                        "p99.9 of requests during a refresh at most %s of those between".formatted(Text.times(WANTED)),
                        "%s; %s for nginx beside it".formatted(Text.times(ours.ratio()), Text.times(control.ratio())),
                        ours.ratio() <= WANTED))
                .wrongIf(errors > 0, "refresh ahead: " + errors + " errors")
                .wrongIf(ours.posts().isEmpty() || control.posts().isEmpty(), "refresh ahead: no refresh");
    }

    private static Plot plot(RefreshRun ours, RefreshRun control) {
        List<Plot.Curve> curves = new ArrayList<>();
        for (Shown shown : List.of(new Shown("p99.9", 0.999), new Shown("p99", 0.99), new Shown("p50", 0.5))) {
            String colour = "linecolor " + (curves.size() / 2 + 1);
            curves.add(ours.moments().curve("sidecar, " + shown.name(), colour, shown.part()));
            curves.add(control.moments().curve("nginx, " + shown.name(), "dashtype 2 " + colour, shown.part()));
        }
        return new Plot(
                "refresh",
                "Latency around a refresh",
                "ms since the token request arrived",
                "ms",
                List.of("set logscale y"),
                curves);
    }

    private record Shown(String name, double part) {}
}

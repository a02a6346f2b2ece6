package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares {@code GET /token} with a fresh token to nginx, in turns. */
final class HotPath implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final List<Integer> CONNECTIONS = List.of(1, 32, 256);
    private static final int TARGET_CONNECTIONS = 32;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain";
    private static final double MIN_THROUGHPUT_RATIO = 0.75;
    private static final double MAX_P99_RATIO = 3;

    @Override
    public String name() {
        return "Hot path";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        List<HotPathPair> pairs = new ArrayList<>();
        try (AuthorizationServer server = workbench.server("hot-path", LIFETIME);
                SidecarProcess sidecar = workbench.sidecar(server, Map.of())) {
            URI target = sidecar.api("/token");
            RunPlan runPlan = workbench.runPlan();
            Wrk warmUp = Wrk.run(target, JSON, TARGET_CONNECTIONS, runPlan.warmUp());
            for (String accept : List.of(JSON, TEXT)) {
                try (Nginx nginx = Nginx.replaying(target, accept, workbench.path("nginx"))) {
                    for (int connections : CONNECTIONS) {
                        pairs.add(HotPathPair.measure(target, nginx.target(), accept, connections, runPlan));
                    }
                }
            }
            return section(pairs, warmUp, server.posts().size());
        }
    }

    private static Section section(List<HotPathPair> pairs, Wrk warmUp, int posts) {
        Table throughput = Table.of("response", "connections", "sidecar, requests/s", "nginx, requests/s", "ratio");
        Table latency = Table.of(
                "response",
                "connections",
                "sidecar p50, ms",
                "p99",
                "p99.9",
                "nginx p50, ms",
                "p99",
                "p99.9",
                "ratio of p99");
        for (HotPathPair pair : pairs) {
            throughput = throughput.row(pair.throughputCells());
            latency = latency.row(pair.latencyCells());
        }
        long errors =
                warmUp.errors() + pairs.stream().mapToLong(HotPathPair::errors).sum();
        return Section.of(
                        "Hot path",
                        "`GET /token` with a fresh token over persistent connections, by wrk with one thread, after %s warm-up requests. %d errors."
                                .formatted(Numbers.count(warmUp.requests()), errors))
                .with(throughput)
                .with(latency)
                .with(plot(pairs))
                .with(target(pairs))
                .failIf(errors > 0, "hot path: " + errors + " errors")
                .failIf(posts != 1, "hot path: " + posts + " token requests");
    }

    private static Target target(List<HotPathPair> pairs) {
        HotPathPair targetPair =
                pairs.stream().filter(HotPath::isTarget).findFirst().orElseThrow();
        return Target.of(
                "cached `GET /token`, %d connections".formatted(TARGET_CONNECTIONS),
                "at least %s nginx's throughput, p99 at most %s nginx's"
                        .formatted(Numbers.factor(MIN_THROUGHPUT_RATIO), Numbers.factor(MAX_P99_RATIO)),
                "%s, p99 %s"
                        .formatted(Numbers.factor(targetPair.throughputRatio()), Numbers.factor(targetPair.p99Ratio())),
                targetPair.throughputRatio() >= MIN_THROUGHPUT_RATIO && targetPair.p99Ratio() <= MAX_P99_RATIO);
    }

    private static boolean isTarget(HotPathPair pair) {
        return pair.accept().equals(JSON) && pair.connections() == TARGET_CONNECTIONS;
    }

    private static Plot plot(List<HotPathPair> pairs) {
        List<Plot.Curve> curves = new ArrayList<>();
        List<HotPathPair> shown =
                pairs.stream().filter(pair -> pair.accept().equals(JSON)).toList();
        for (int colour = 1; colour <= shown.size(); colour++) {
            HotPathPair pair = shown.get(colour - 1);
            curves.add(pair.curve("sidecar", "linecolor " + colour, pair.sidecar()));
            curves.add(pair.curve("nginx", "dashtype 2 linecolor " + colour, pair.nginx()));
        }
        return new Plot(
                "hot-path",
                "Latency of GET /token, JSON, by connections",
                "percentile",
                "ms",
                List.of(
                        "set logscale xy",
                        "set xtics ('50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 10000)",
                        "set xrange [2:10000]"),
                curves);
    }
}

package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code GET /token} while the token is fresh, in turns with nginx. */
final class HotPath implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final List<Integer> CONNECTIONS = List.of(1, 32, 256);
    private static final int AIMED_AT = 32;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain";
    private static final double WANTED_THROUGHPUT = 0.75;
    private static final double WANTED_P99 = 3;

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
            Lengths lengths = workbench.lengths();
            Wrk warmUp = Wrk.run(target, JSON, AIMED_AT, lengths.warmUp());
            for (String accept : List.of(JSON, TEXT)) {
                try (Nginx nginx = Nginx.repeating(target, accept, workbench.path("nginx"))) {
                    for (int connections : CONNECTIONS) {
                        pairs.add(HotPathPair.measure(target, nginx.target(), accept, connections, lengths));
                    }
                }
            }
            return section(pairs, warmUp, server.posts().size());
        }
    }

    private static Section section(List<HotPathPair> pairs, Wrk warmUp, int posts) {
        Table throughput = Table.of("answer", "connections", "sidecar, requests/s", "nginx, requests/s", "ratio");
        Table latency = Table.of(
                "answer",
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
                        "`GET /token` with a fresh token over kept-alive connections, by wrk with one thread, after %s requests of warm-up. %d errors."
                                .formatted(Text.count(warmUp.requests()), errors))
                .with(throughput)
                .with(latency)
                .with(plot(pairs))
                .with(reach(pairs))
                .wrongIf(errors > 0, "hot path: " + errors + " errors")
                .wrongIf(posts != 1, "hot path: " + posts + " token requests");
    }

    private static Reach reach(List<HotPathPair> pairs) {
        HotPathPair aimedAt =
                pairs.stream().filter(HotPath::isAimedAt).findFirst().orElseThrow();
        return Reach.of(
                "cached `GET /token`, %d connections".formatted(AIMED_AT),
                "at least %s nginx's throughput, p99 at most %s nginx's"
                        .formatted(Text.times(WANTED_THROUGHPUT), Text.times(WANTED_P99)),
                "%s, p99 %s".formatted(Text.times(aimedAt.throughputRatio()), Text.times(aimedAt.p99Ratio())),
                aimedAt.throughputRatio() >= WANTED_THROUGHPUT && aimedAt.p99Ratio() <= WANTED_P99);
    }

    private static boolean isAimedAt(HotPathPair pair) {
        return pair.accept().equals(JSON) && pair.connections() == AIMED_AT;
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

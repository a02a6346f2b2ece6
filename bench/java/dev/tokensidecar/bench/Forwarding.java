package dev.tokensidecar.bench;

import dev.tokensidecar.testing.ChildProcess;
import dev.tokensidecar.testing.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Forwarding mode with a fresh token, in turns with a proxy of nginx before the same API. */
final class Forwarding implements Scenario {

    private static final Duration LIFE = Duration.ofHours(10);
    private static final List<Integer> CONNECTIONS = List.of(1, 32);
    private static final int AIMED_AT = 32;
    private static final String JSON = "application/json";
    private static final double WANTED = 0.5;
    private static final int BODY_BYTES = 1024;

    @Override
    public String name() {
        return "Forwarding";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        int port = ChildProcess.freePort();
        String body = "{\"text\":\"" + "x".repeat(BODY_BYTES) + "\"}";
        try (AuthorizationServer server = workbench.server("forwarding", LIFE);
                Nginx api = Nginx.saying(JSON, "no-cache", body, workbench.path("forwarding-api"));
                Nginx proxy = Nginx.passingOnTo(api.target(), workbench.path("forwarding-nginx"));
                SidecarProcess unused = workbench.sidecar(server, settings(api.target(), port))) {
            URI ours = URI.create("http://127.0.0.1:" + port + "/token");
            Lengths lengths = workbench.lengths();
            Wrk warmUp = Wrk.run(ours, JSON, AIMED_AT, lengths.warmUp());
            List<HotPathPair> pairs = new ArrayList<>();
            for (int connections : CONNECTIONS) {
                pairs.add(HotPathPair.measure(ours, proxy.target(), JSON, connections, lengths));
            }
            return section(pairs, warmUp);
        }
    }

    private static Map<String, String> settings(URI api, int port) {
        return Map.of(
                "SIDECAR_FORWARD_API_TARGET",
                "http://" + api.getAuthority(),
                "SIDECAR_FORWARD_API_PORT",
                Integer.toString(port));
    }

    private static Section section(List<HotPathPair> pairs, Wrk warmUp) {
        Table table = Table.of(
                "connections",
                "sidecar, requests/s",
                "nginx, requests/s",
                "ratio",
                "sidecar p50, ms",
                "p99",
                "nginx p50, ms",
                "p99");
        for (HotPathPair pair : pairs) {
            table = table.row(pair.forwardingCells());
        }
        long errors =
                warmUp.errors() + pairs.stream().mapToLong(HotPathPair::errors).sum();
        double ratio = pairs.getLast().throughputRatio();
        return Section.of(
                        "Forwarding",
                        "A request that the sidecar passes on with its token, and one that nginx passes on with a constant one, to the same API: a second nginx, one worker, with a constant answer of a kilobyte. After %s requests of warm-up. %d errors."
                                .formatted(Text.count(warmUp.requests()), errors))
                .with(table)
                .with(Reach.of(
                        "forwarding, %d connections".formatted(AIMED_AT),
                        "at least %s the throughput of nginx `proxy_pass`".formatted(Text.times(WANTED)),
                        Text.times(ratio),
                        ratio >= WANTED))
                .wrongIf(errors > 0, "forwarding: " + errors + " errors");
    }
}

package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Forwarding mode with a fresh token, in turns with a proxy of nginx before the same API. */
final class Forwarding implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final List<Integer> CONNECTIONS = List.of(1, 32);
    private static final int AIMED_AT = 32;
    private static final String JSON = "application/json";
    private static final double WANTED = 0.5;
    private static final Map<String, String> SECOND_COMPILER = Map.of("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=4");
    private static final int BODY_BYTES = 1024;

    @Override
    public String name() {
        return "Forwarding";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        String body = "{\"text\":\"" + "x".repeat(BODY_BYTES) + "\"}";
        try (AuthorizationServer server = workbench.server("forwarding", LIFETIME);
                Nginx api = Nginx.saying(JSON, "no-cache", body, workbench.path("forwarding-api"));
                Nginx proxy = Nginx.passingOnTo(api.target(), workbench.path("forwarding-nginx"))) {
            Duel duel = new Duel(workbench, server, api.target(), proxy.target());
            return section(duel.fight(CONNECTIONS, Map.of()), duel.fight(List.of(AIMED_AT), SECOND_COMPILER));
        }
    }

    /** Sidecar and proxy before the same API. */
    private record Duel(Workbench workbench, AuthorizationServer server, URI api, URI proxy) {

        List<HotPathPair> fight(List<Integer> connections, Map<String, String> more)
                throws IOException, InterruptedException {
            int port = ChildProcess.freePort();
            URI ours = URI.create("http://127.0.0.1:" + port + "/token");
            Map<String, String> settings = new HashMap<>(more);
            settings.put("SIDECAR_FORWARD_API_TARGET", "http://" + api.getAuthority());
            settings.put("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
            List<HotPathPair> pairs = new ArrayList<>();
            SidecarProcess sidecar = workbench.sidecar(server, settings);
            try (sidecar) {
                Lengths lengths = workbench.lengths();
                var unused = Wrk.run(ours, JSON, AIMED_AT, lengths.warmUp());
                for (int number : connections) {
                    pairs.add(HotPathPair.measure(ours, proxy, JSON, number, lengths));
                }
            }
            return pairs;
        }
    }

    private static Section section(List<HotPathPair> image, List<HotPathPair> compiled) {
        Table table = Table.of(
                "sidecar",
                "connections",
                "sidecar, requests/s",
                "nginx, requests/s",
                "ratio",
                "sidecar p50, ms",
                "p99",
                "nginx p50, ms",
                "p99");
        for (HotPathPair pair : image) {
            table = table.row(pair.forwardingCells("as it is"));
        }
        for (HotPathPair pair : compiled) {
            table = table.row(pair.forwardingCells("with the second compiler"));
        }
        long errors = Stream.concat(image.stream(), compiled.stream())
                .mapToLong(HotPathPair::errors)
                .sum();
        double ratio = image.getLast().throughputRatio();
        return Section.of(
                        "Forwarding",
                        "A request that the sidecar passes on with its token, and one that nginx passes on with a constant one, to the same API: a second nginx, one worker, with a constant answer of a kilobyte. The second compiler of the JVM is `JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=4`. %d errors."
                                .formatted(errors))
                .with(table)
                .with(Reach.of(
                        "forwarding, %d connections".formatted(AIMED_AT),
                        "at least %s the throughput of nginx `proxy_pass`".formatted(Text.times(WANTED)),
                        "%s; %s with the second compiler"
                                .formatted(
                                        Text.times(ratio),
                                        Text.times(compiled.getLast().throughputRatio())),
                        ratio >= WANTED))
                .wrongIf(errors > 0, "forwarding: " + errors + " errors");
    }
}

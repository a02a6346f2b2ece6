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

/** Compares forwarding with a fresh token to an nginx proxy in front of the same API, in turns. */
final class Forwarding implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final List<Integer> CONNECTIONS = List.of(1, 32);
    private static final int TARGET_CONNECTIONS = 32;
    private static final String JSON = "application/json";
    private static final double MIN_RATIO = 0.5;
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
                Nginx api = Nginx.responding(JSON, "no-cache", body, workbench.path("forwarding-api"));
                Nginx proxy = Nginx.forwardingTo(api.target(), workbench.path("forwarding-nginx"))) {
            Comparison comparison = new Comparison(workbench, server, api.target(), proxy.target());
            return section(
                    comparison.run(CONNECTIONS, Map.of()),
                    comparison.run(List.of(TARGET_CONNECTIONS), SECOND_COMPILER));
        }
    }

    /** A sidecar and a proxy in front of the same API. */
    private record Comparison(Workbench workbench, AuthorizationServer server, URI api, URI proxy) {

        List<HotPathPair> run(List<Integer> connections, Map<String, String> extraSettings)
                throws IOException, InterruptedException {
            int port = ChildProcess.freePort();
            URI ours = URI.create("http://127.0.0.1:" + port + "/token");
            Map<String, String> settings = new HashMap<>(extraSettings);
            settings.put("SIDECAR_FORWARD_API_TARGET", "http://" + api.getAuthority());
            settings.put("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
            List<HotPathPair> pairs = new ArrayList<>();
            SidecarProcess sidecar = workbench.sidecar(server, settings);
            try (sidecar) {
                RunPlan runPlan = workbench.runPlan();
                var unused = Wrk.run(ours, JSON, TARGET_CONNECTIONS, runPlan.warmUp());
                for (int number : connections) {
                    pairs.add(HotPathPair.measure(ours, proxy, JSON, number, runPlan));
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
            table = table.row(pair.forwardingCells("default"));
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
                        "The sidecar adds its token to each request, and nginx adds a constant one. Both forward to the same API: a second nginx with one worker and a constant response of 1 KiB. `JAVA_TOOL_OPTIONS=-XX:TieredStopAtLevel=4` switches the second compiler of the JVM on. %d errors."
                                .formatted(errors))
                .with(table)
                .with(Target.of(
                        "forwarding, %d connections".formatted(TARGET_CONNECTIONS),
                        "at least %s the throughput of nginx `proxy_pass`".formatted(Numbers.factor(MIN_RATIO)),
                        "%s; %s with the second compiler"
                                .formatted(
                                        Numbers.factor(ratio),
                                        Numbers.factor(compiled.getLast().throughputRatio())),
                        ratio >= MIN_RATIO))
                .failIf(errors > 0, "forwarding: " + errors + " errors");
    }
}

package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the start of the process to the first token in the hand of a caller, each kind of process in turns. */
final class Start implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final String PLAIN = "plain `java -jar`";
    private static final String IMAGE = "JVM image: jlink, AOT cache";
    private static final double WANTED_MILLIS = 600;
    private static final double WANTED_RATIO = 0.35;

    @Override
    public String name() {
        return "Start";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        Map<String, List<String>> commands = new LinkedHashMap<>();
        commands.put(PLAIN, workbench.plain());
        commands.put(IMAGE, workbench.image());
        workbench.nativeExecutable().ifPresent(command -> commands.put("native executable", command));
        Map<String, List<Double>> millis = new LinkedHashMap<>();
        try (AuthorizationServer server = workbench.server("start", LIFETIME)) {
            for (int start = 0; start < workbench.lengths().starts(); start++) {
                for (Map.Entry<String, List<String>> kind : commands.entrySet()) {
                    millis.computeIfAbsent(kind.getKey(), name -> new ArrayList<>())
                            .add(millis(workbench, kind.getValue(), server));
                }
            }
        }
        return section(millis);
    }

    private static double millis(Workbench workbench, List<String> command, AuthorizationServer server)
            throws IOException {
        long begun = System.nanoTime();
        try (SidecarProcess sidecar = workbench.start(command, server, Map.of())) {
            FirstResponse.await(sidecar, sidecar.api("/token"));
            return (System.nanoTime() - begun) / 1e6;
        }
    }

    private static Section section(Map<String, List<Double>> millis) {
        double plain = Median.of(millis.getOrDefault(PLAIN, List.of()));
        double image = Median.of(millis.getOrDefault(IMAGE, List.of()));
        Table table = Table.of("process", "starts", "median, ms", "fastest, ms", "median to that of plain");
        for (Map.Entry<String, List<Double>> kind : millis.entrySet()) {
            double median = Median.of(kind.getValue());
            table = table.row(
                    kind.getKey(),
                    Text.count(kind.getValue().size()),
                    Text.whole(median),
                    Text.whole(Collections.min(kind.getValue())),
                    Text.two(median / plain));
        }
        return Section.of(
                        "Start",
                        "From the start of the process to the first token at a caller; the authorization server is on loopback, without TLS.")
                .with(table)
                .with(Reach.of(
                        "start, JVM with AOT cache",
                        "first token within %.0f ms, and at most %s plain `java -jar`"
                                .formatted(WANTED_MILLIS, Text.times(WANTED_RATIO)),
                        "%s ms, %s".formatted(Text.whole(image), Text.times(image / plain)),
                        image <= WANTED_MILLIS && image / plain <= WANTED_RATIO));
    }
}

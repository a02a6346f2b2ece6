package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures the time from the start of a process until a caller has the first token, for each kind of process in turns. */
final class Start implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final String PLAIN = "plain `java -jar`";
    private static final String IMAGE = "JVM image: jlink, AOT cache";
    private static final double MAX_MILLIS = 600;
    private static final double MAX_RATIO = 0.35;

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
            for (int start = 0; start < workbench.runPlan().starts(); start++) {
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
        long start = System.nanoTime();
        try (SidecarProcess sidecar = workbench.start(command, server, Map.of())) {
            FirstResponse.await(sidecar, sidecar.api("/token"));
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static Section section(Map<String, List<Double>> millis) {
        double plain = Median.of(millis.getOrDefault(PLAIN, List.of()));
        double image = Median.of(millis.getOrDefault(IMAGE, List.of()));
        Table table = Table.of("process", "starts", "median, ms", "fastest, ms", "median / plain median");
        for (Map.Entry<String, List<Double>> kind : millis.entrySet()) {
            double median = Median.of(kind.getValue());
            table = table.row(
                    kind.getKey(),
                    Numbers.count(kind.getValue().size()),
                    Numbers.whole(median),
                    Numbers.whole(Collections.min(kind.getValue())),
                    Numbers.twoDecimals(median / plain));
        }
        return Section.of(
                        "Start",
                        "The time from the start of the process until a caller has the first token. The authorization server is on loopback, without TLS.")
                .with(table)
                .with(Target.of(
                        "start, JVM with AOT cache",
                        "first token within %.0f ms, and at most %s plain `java -jar`"
                                .formatted(MAX_MILLIS, Numbers.factor(MAX_RATIO)),
                        "%s ms, %s".formatted(Numbers.whole(image), Numbers.factor(image / plain)),
                        image <= MAX_MILLIS && image / plain <= MAX_RATIO));
    }
}

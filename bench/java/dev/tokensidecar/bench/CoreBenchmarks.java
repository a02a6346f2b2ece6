package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ChildProcess;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the JMH benchmarks of single classes, in a JVM with the options of the image. */
final class CoreBenchmarks implements Scenario {

    private static final Duration TIMEOUT = Duration.ofMinutes(5);
    private static final String OPTIONS = "@src/main/jvm/options";

    /** The prefix of the benchmarks that measure a call with a fresh token. */
    private static final String FRESH_PREFIX = "fresh";

    private static final double MAX_NANOS = 100;

    @Override
    public String name() {
        return "Core";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        Path results = workbench.path("jmh.json");
        Path log = workbench.path("jmh.log");
        List<String> command = new ArrayList<>(List.of(
                Workbench.java(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.openjdk.jmh.Main",
                "-prof",
                "gc",
                "-rf",
                "json",
                "-rff",
                results.toString(),
                "-jvmArgs",
                OPTIONS));
        command.addAll(workbench.runPlan().jmh());
        Files.deleteIfExists(results);
        try (ChildProcess jmh = ChildProcess.start(command, Map.of(), log)) {
            if (jmh.awaitExit(TIMEOUT) != 0) {
                throw new IOException(
                        "JMH failed: " + jmh.log().lines().findFirst().orElse("") + ", see " + log);
            }
        }
        return section(JmhResult.read(new JsonArray(Files.readString(results))));
    }

    private static Section section(List<JmhResult> results) {
        Table table = Table.of("benchmark", "time", "unit", "bytes allocated");
        for (JmhResult result : results) {
            table = table.row(result.cells());
        }
        String figure = "decision path, fresh token";
        String target = "at most %.0f ns and 0 bytes per call".formatted(MAX_NANOS);
        return Section.of("Core", "JMH, with the options of the JVM image; time and allocation of one call.")
                .with(table)
                .with(results.stream()
                        .filter(result -> result.method().startsWith(FRESH_PREFIX))
                        .findFirst()
                        .map(result -> Target.of(
                                figure,
                                target,
                                "%s %s, %s bytes"
                                        .formatted(
                                                Numbers.oneDecimal(result.time()),
                                                result.unit(),
                                                Numbers.oneDecimal(result.bytes())),
                                result.nanos() <= MAX_NANOS && Math.round(result.bytes()) == 0))
                        .orElseGet(() -> Target.notMeasured(figure, target)));
    }
}

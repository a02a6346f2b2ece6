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

/** The benchmarks of single classes, by JMH in a JVM with the options of the image. */
final class CoreBenchmarks implements Scenario {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String OPTIONS = "@src/main/jvm/options";

    /** Benchmarks of what a call costs that finds a fresh token have names that begin so. */
    private static final String FRESH = "fresh";

    private static final double WANTED_NANOS = 100;

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
        command.addAll(workbench.lengths().jmh());
        Files.deleteIfExists(results);
        try (ChildProcess jmh = ChildProcess.start(command, Map.of(), log)) {
            if (jmh.awaitExit(PATIENCE) != 0) {
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
        String wanted = "at most %.0f ns and 0 bytes per call".formatted(WANTED_NANOS);
        return Section.of("Core", "JMH, with the options of the JVM image; time and allocation of one call.")
                .with(table)
                .with(results.stream()
                        .filter(result -> result.method().startsWith(FRESH))
                        .findFirst()
                        .map(result -> Reach.of(
                                figure,
                                wanted,
                                "%s %s, %s bytes"
                                        .formatted(Text.one(result.time()), result.unit(), Text.one(result.bytes())),
                                result.nanos() <= WANTED_NANOS && Math.round(result.bytes()) == 0))
                        .orElseGet(() -> Reach.notMeasured(figure, wanted)));
    }
}

package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the scenarios one after another and writes the report. {@code bench/run} builds what they need. */
public final class BenchMain {

    private static final Path DIRECTORY = Path.of("target", "bench");

    private static final List<Scenario> SCENARIOS = List.of(
            new HotPath(),
            new Forwarding(),
            new Herd(),
            new RefreshAhead(),
            new Start(),
            new MemoryUse(),
            new Idle(),
            new NamedTokens(),
            new CoreBenchmarks());

    private BenchMain() {}

    /** Exits with 1 if a scenario failed. A missed target is not a failure. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options = Options.of(List.of(arguments));
        Workbench workbench = new Workbench(DIRECTORY.toAbsolutePath(), options);
        Report report = new Report(options.results(), Machine.now());
        List<Section> sections = new ArrayList<>();
        for (Scenario scenario : SCENARIOS) {
            if (options.includes(scenario)) {
                System.out.printf("bench: %s%n", scenario.name());
                sections.add(measure(scenario, workbench));
                report.write(sections);
            }
        }
        List<String> failures = sections.stream()
                .flatMap(section -> section.failures().stream())
                .toList();
        failures.forEach(line -> System.out.printf("bench: %s%n", line));
        System.out.printf("bench: the report is %s%n", report.file());
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    /** Turns an exception into a failed section, so that the other scenarios still run. */
    private static Section measure(Scenario scenario, Workbench workbench) throws InterruptedException {
        try {
            return scenario.measure(workbench);
        } catch (IOException | RuntimeException failed) {
            failed.printStackTrace(System.out);
            return Section.of(scenario.name(), "It failed.")
                    .failure(scenario.name() + " failed: " + failed.getMessage());
        }
    }
}

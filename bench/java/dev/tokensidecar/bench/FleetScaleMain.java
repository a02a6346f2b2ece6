package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Counts in simulated fleets and measures with a real API server, for {@code bench/fleet-scale}. Prints tables. */
public final class FleetScaleMain {

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final List<Scenario> SCENARIOS = List.of(new SimulatedFleets(), new WatchedSecret());

    private FleetScaleMain() {}

    /** Exits with 1 if something did not work. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Options options = Options.of(List.of(arguments));
        Workbench workbench = new Workbench(DIRECTORY.toAbsolutePath(), options);
        boolean failed = false;
        for (Scenario scenario : SCENARIOS) {
            if (options.includes(scenario)) {
                Section section = scenario.measure(workbench);
                print(section);
                draw(section, options.results());
                failed |= !section.failures().isEmpty();
            }
        }
        System.exit(failed ? 1 : 0);
    }

    private static void print(Section section) {
        System.out.printf("%n## %s%n%n%s%n", section.title(), section.text());
        section.tables().forEach(table -> System.out.printf("%n%s%n", String.join("\n", table.lines())));
        section.failures().forEach(failure -> System.out.printf("%nFAILED: %s%n", failure));
    }

    private static void draw(Section section, Path directory) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        for (Plot plot : section.plots()) {
            Path picture = directory.resolve("fleet-" + plot.name() + ".svg");
            Gnuplot.draw(plot, picture);
            System.out.printf("%nwrote %s%n", picture);
        }
    }
}

package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Sends many requests at the same moment, when the token has expired and the authorization server is slow. */
final class Herd implements Scenario {

    @Override
    public String name() {
        return "Herd";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        List<HerdResult> results = new ArrayList<>();
        for (int callers : workbench.runPlan().herds()) {
            results.add(measure(workbench, callers));
        }
        return section(results);
    }

    private static HerdResult measure(Workbench workbench, int callers) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("herd", HerdSetup.LIFETIME)) {
            server.respondAfter(HerdSetup.LATENCY);
            try (SidecarProcess sidecar = workbench.limitedSidecar(server, HerdSetup.limit(callers));
                    HerdSetup setup = new HerdSetup(server, sidecar, callers)) {
                List<HerdRound> rounds = new ArrayList<>();
                for (int round = 0; round < workbench.runPlan().herdRounds(); round++) {
                    rounds.add(setup.round());
                }
                return new HerdResult(callers, rounds, ProcessMemory.of(sidecar.pid()));
            }
        }
    }

    private static Section section(List<HerdResult> results) {
        Table served = Table.of(
                "callers",
                "rounds",
                "POSTs per round",
                "errors",
                "waited",
                "POST after, ms",
                "all sent after, ms",
                "half served, ms",
                "last served, ms: first round",
                "median of the others",
                "slowest of them");
        Table memory = Table.of("callers", "limit", "peak RSS, MiB", "RSS after, MiB", "anonymous after, MiB");
        Section section = Section.of(
                "Herd",
                ("The token has expired, and the authorization server responds after %d ms. All callers send their requests at the same time. The times are from its response"
                                + " to the last byte at a caller. Each number of callers has its own sidecar.")
                        .formatted(HerdSetup.LATENCY.toMillis()));
        List<Plot.Curve> curves = new ArrayList<>();
        for (HerdResult result : results) {
            served = served.row(result.servedCells());
            memory = memory.row(result.memoryCells());
            curves.add(result.typical().curve(Numbers.count(result.callers())));
            section = section.failIf(!result.works(), "herd of %d: %s".formatted(result.callers(), result.summary()));
        }
        return section.with(served)
                .with(memory)
                .with(new Plot(
                        "herd",
                        "Callers served after the response of the authorization server",
                        "ms",
                        "% of the callers",
                        List.of("set key title 'callers'", "set xrange [0:*]"),
                        curves))
                .with(target(results, 10_000, 400))
                .with(target(results, 1_000, 60));
    }

    private static Target target(List<HerdResult> results, int callers, double millis) {
        String figure = "herd of " + Numbers.count(callers) + " callers";
        String target =
                "1 POST, 0 errors, last caller served at most %.0f ms after the server's response".formatted(millis);
        return results.stream()
                .filter(result -> result.callers() == callers)
                .findFirst()
                .map(result -> Target.of(
                        figure,
                        target,
                        "%s, last caller after %s ms"
                                .formatted(result.summary(), Numbers.oneDecimal(result.lastMillis())),
                        result.works() && result.lastMillis() <= millis))
                .orElseGet(() -> Target.notMeasured(figure, target));
    }
}

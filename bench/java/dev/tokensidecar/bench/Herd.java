package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Many callers at the same moment, when the token is over and the authorization server takes its time. */
final class Herd implements Scenario {

    @Override
    public String name() {
        return "Herd";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        List<HerdResult> results = new ArrayList<>();
        for (int callers : workbench.lengths().herds()) {
            results.add(measure(workbench, callers));
        }
        return section(results);
    }

    private static HerdResult measure(Workbench workbench, int callers) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("herd", HerdScene.LIFETIME)) {
            server.answerAfter(HerdScene.LATENCY);
            try (SidecarProcess sidecar = workbench.limitedSidecar(server, HerdScene.limit(callers));
                    HerdScene scene = new HerdScene(server, sidecar, callers)) {
                List<HerdRound> rounds = new ArrayList<>();
                for (int round = 0; round < workbench.lengths().herdRounds(); round++) {
                    rounds.add(scene.round());
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
                "all asked after, ms",
                "half served, ms",
                "last served, ms: first round",
                "median of the others",
                "slowest of them");
        Table memory = Table.of("callers", "limit", "peak RSS, MiB", "RSS after, MiB", "anonymous after, MiB");
        Section section = Section.of(
                "Herd",
                ("The token is over, and the authorization server answers %d ms after it is asked. All callers ask at once; times of service count"
                                + " from its answer to the last byte at a caller. A sidecar of its own for each number of callers.")
                        .formatted(HerdScene.LATENCY.toMillis()));
        List<Plot.Curve> curves = new ArrayList<>();
        for (HerdResult result : results) {
            served = served.row(result.servedCells());
            memory = memory.row(result.memoryCells());
            curves.add(result.typical().curve(Text.count(result.callers())));
            section = section.wrongIf(
                    !result.works(), "herd of %d: %s".formatted(result.callers(), result.whatHappened()));
        }
        return section.with(served)
                .with(memory)
                .with(new Plot(
                        "herd",
                        "Callers served after the answer of the authorization server",
                        "ms",
                        "% of the callers",
                        List.of("set key title 'callers'", "set xrange [0:*]"),
                        curves))
                .with(reach(results, 10_000, 400))
                .with(reach(results, 1_000, 60));
    }

    private static Reach reach(List<HerdResult> results, int callers, double millis) {
        String figure = "herd of " + Text.count(callers) + " callers";
        String wanted =
                "1 POST, 0 errors, last caller served at most %.0f ms after the server's reply".formatted(millis);
        return results.stream()
                .filter(result -> result.callers() == callers)
                .findFirst()
                .map(result -> Reach.of(
                        figure,
                        wanted,
                        "%s, last caller after %s ms".formatted(result.whatHappened(), Text.one(result.lastMillis())),
                        result.works() && result.lastMillis() <= millis))
                .orElseGet(() -> Reach.notMeasured(figure, wanted));
    }
}

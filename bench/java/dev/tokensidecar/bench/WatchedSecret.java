package dev.tokensidecar.bench;

import dev.tokensidecar.bench.Plot.Curve;
import dev.tokensidecar.bench.Plot.Point;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Lets the stores of many pods read and watch one Secret of a real API server, all in this process. */
final class WatchedSecret implements Scenario {

    /** Two writes for each refresh, which happens every 225 s. */
    private static final int WRITES_A_DAY = 768;

    @Override
    public String name() {
        return "Watchers of a real API server";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        FleetPlan plan = FleetPlan.of(workbench);
        try (FleetCluster cluster = FleetCluster.start(workbench.path("fleet"))) {
            List<WatchRun> runs = new ArrayList<>();
            for (int watchers : plan.watchers()) {
                runs.add(WatchRun.measure(cluster, watchers, plan));
            }
            return section(plan, cluster.storedBytes(), runs);
        }
    }

    private Section section(FleetPlan plan, int storedBytes, List<WatchRun> runs) {
        return Section.of(
                        name(),
                        "API server, etcd and all pods share %d processors. %d writes for each number of watches. The Secret takes %s bytes in etcd: %s MB a day with %d writes. Starts: the median of %d, with new connections."
                                .formatted(
                                        Runtime.getRuntime().availableProcessors(),
                                        plan.writes(),
                                        Numbers.count(storedBytes),
                                        Numbers.oneDecimal(storedBytes * (double) WRITES_A_DAY / 1e6),
                                        WRITES_A_DAY,
                                        plan.starts()))
                .with(writes(runs))
                .with(starts(runs))
                .with(plot(runs));
    }

    private static Table writes(List<WatchRun> runs) {
        Table table = Table.of(
                "watches", "write to last event, ms: p50", "p99", "CPU time for a write, ms: API server", "etcd");
        for (WatchRun run : runs) {
            table = table.row(
                    Numbers.count(run.watchers()),
                    Numbers.oneDecimal(run.events().millis(0.5)),
                    Numbers.oneDecimal(run.events().millis(0.99)),
                    Numbers.oneDecimal(run.servers().apiServer()),
                    Numbers.oneDecimal(run.servers().etcd()));
        }
        return table;
    }

    private static Table starts(List<WatchRun> runs) {
        Table table = Table.of(
                "pods that start at once",
                "last one has read after, ms",
                "last watch is open after, ms",
                "CPU time for a pod, ms: API server",
                "etcd");
        for (WatchRun run : runs) {
            table = table.row(
                    Numbers.count(run.watchers()),
                    Numbers.whole(run.start(FleetStart::read)),
                    Numbers.whole(run.start(FleetStart::watch)),
                    Numbers.oneDecimal(run.start(start -> start.servers().apiServer())),
                    Numbers.oneDecimal(run.start(start -> start.servers().etcd())));
        }
        return table;
    }

    private static Plot plot(List<WatchRun> runs) {
        return new Plot(
                "scale",
                "One Secret, many pods, a real API server",
                "pods",
                "ms",
                List.of("set logscale xy", "set key bottom right inside"),
                List.of(
                        curve("all start: last one has read", 3, runs, run -> run.start(FleetStart::read)),
                        curve(
                                "write to last event, p99",
                                2,
                                runs,
                                run -> run.events().millis(0.99)),
                        curve(
                                "write to last event, p50",
                                1,
                                runs,
                                run -> run.events().millis(0.5)),
                        curve(
                                "CPU time of the API server for a write",
                                4,
                                runs,
                                run -> run.servers().apiServer())));
    }

    private static Curve curve(String name, int colour, List<WatchRun> runs, ToDoubleFunction<WatchRun> figure) {
        List<Point> points = runs.stream()
                .map(run -> new Point(run.watchers(), figure.applyAsDouble(run)))
                .toList();
        return new Curve(name, "linecolor " + colour, points);
    }
}

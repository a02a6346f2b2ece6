package dev.tokensidecar.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The runs of the sidecar and of nginx with the same number of connections, measured in turns. */
record HotPathPair(String accept, int connections, List<Wrk> sidecar, List<Wrk> nginx) {

    /** Copies the lists. */
    HotPathPair {
        sidecar = List.copyOf(sidecar);
        nginx = List.copyOf(nginx);
    }

    static HotPathPair measure(URI ours, URI theirs, String accept, int connections, RunPlan runPlan)
            throws IOException, InterruptedException {
        List<Wrk> sidecar = new ArrayList<>();
        List<Wrk> nginx = new ArrayList<>();
        for (int round = 0; round < runPlan.hotPathRounds(); round++) {
            sidecar.add(Wrk.run(ours, accept, connections, runPlan.hotPathRun()));
            nginx.add(Wrk.run(theirs, accept, connections, runPlan.hotPathRun()));
        }
        return new HotPathPair(accept, connections, sidecar, nginx);
    }

    long errors() {
        return errors(sidecar) + errors(nginx);
    }

    private static long errors(List<Wrk> runs) {
        return runs.stream().mapToLong(Wrk::errors).sum();
    }

    double throughputRatio() {
        return Median.of(sidecar, Wrk::perSecond) / Median.of(nginx, Wrk::perSecond);
    }

    double p99Ratio() {
        return at(sidecar, 99) / at(nginx, 99);
    }

    private static double at(List<Wrk> runs, double percentile) {
        return Median.of(runs, run -> run.at(percentile));
    }

    String[] throughputCells() {
        return new String[] {
            accept,
            Numbers.count(connections),
            Numbers.whole(Median.of(sidecar, Wrk::perSecond)),
            Numbers.whole(Median.of(nginx, Wrk::perSecond)),
            Numbers.twoDecimals(throughputRatio())
        };
    }

    String[] latencyCells() {
        return new String[] {
            accept,
            Numbers.count(connections),
            Numbers.twoDecimals(at(sidecar, 50)),
            Numbers.twoDecimals(at(sidecar, 99)),
            Numbers.twoDecimals(at(sidecar, 99.9)),
            Numbers.twoDecimals(at(nginx, 50)),
            Numbers.twoDecimals(at(nginx, 99)),
            Numbers.twoDecimals(at(nginx, 99.9)),
            Numbers.twoDecimals(p99Ratio())
        };
    }

    /** Returns throughput and latency of a proxy. */
    String[] forwardingCells(String name) {
        return new String[] {
            name,
            Numbers.count(connections),
            Numbers.whole(Median.of(sidecar, Wrk::perSecond)),
            Numbers.whole(Median.of(nginx, Wrk::perSecond)),
            Numbers.twoDecimals(throughputRatio()),
            Numbers.twoDecimals(at(sidecar, 50)),
            Numbers.twoDecimals(at(sidecar, 99)),
            Numbers.twoDecimals(at(nginx, 50)),
            Numbers.twoDecimals(at(nginx, 99))
        };
    }

    /** Returns the latencies over the percentiles. The x value of a percentile is one in n requests: 1000 for 99.9. */
    Plot.Curve curve(String name, String style, List<Wrk> runs) {
        return new Plot.Curve(
                name + ", " + connections,
                style,
                Wrk.PERCENTILES.stream()
                        .map(percentile -> new Plot.Point(100 / (100 - percentile), at(runs, percentile)))
                        .toList());
    }
}

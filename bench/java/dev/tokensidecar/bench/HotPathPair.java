package dev.tokensidecar.bench;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The runs of sidecar and nginx with the same number of connections, taken in turns. */
record HotPathPair(String accept, int connections, List<Wrk> sidecar, List<Wrk> nginx) {

    /** Copies the lists. */
    HotPathPair {
        sidecar = List.copyOf(sidecar);
        nginx = List.copyOf(nginx);
    }

    static HotPathPair measure(URI ours, URI theirs, String accept, int connections, Lengths lengths)
            throws IOException, InterruptedException {
        List<Wrk> sidecar = new ArrayList<>();
        List<Wrk> nginx = new ArrayList<>();
        for (int round = 0; round < lengths.hotPathRounds(); round++) {
            sidecar.add(Wrk.run(ours, accept, connections, lengths.hotPathRun()));
            nginx.add(Wrk.run(theirs, accept, connections, lengths.hotPathRun()));
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
            Text.count(connections),
            Text.whole(Median.of(sidecar, Wrk::perSecond)),
            Text.whole(Median.of(nginx, Wrk::perSecond)),
            Text.two(throughputRatio())
        };
    }

    String[] latencyCells() {
        return new String[] {
            accept,
            Text.count(connections),
            Text.two(at(sidecar, 50)),
            Text.two(at(sidecar, 99)),
            Text.two(at(sidecar, 99.9)),
            Text.two(at(nginx, 50)),
            Text.two(at(nginx, 99)),
            Text.two(at(nginx, 99.9)),
            Text.two(p99Ratio())
        };
    }

    /** Throughput and latency of a proxy. */
    String[] forwardingCells(String who) {
        return new String[] {
            who,
            Text.count(connections),
            Text.whole(Median.of(sidecar, Wrk::perSecond)),
            Text.whole(Median.of(nginx, Wrk::perSecond)),
            Text.two(throughputRatio()),
            Text.two(at(sidecar, 50)),
            Text.two(at(sidecar, 99)),
            Text.two(at(nginx, 50)),
            Text.two(at(nginx, 99))
        };
    }

    /** The latencies over the percentiles, which stand as one in so many requests: 99.9 is 1000. */
    Plot.Curve curve(String who, String style, List<Wrk> runs) {
        return new Plot.Curve(
                who + ", " + connections,
                style,
                Wrk.PERCENTILES.stream()
                        .map(percentile -> new Plot.Point(100 / (100 - percentile), at(runs, percentile)))
                        .toList());
    }
}

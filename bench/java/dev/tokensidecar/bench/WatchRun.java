package dev.tokensidecar.bench;

import dev.tokensidecar.token.SessionRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;

/**
 * What a number of pods that watch one Secret cost.
 *
 * @param starts the starts of all of them at the same moment
 * @param events from the beginning of a write to the event of the last pod
 * @param servers the CPU time for one write
 */
record WatchRun(int watchers, List<FleetStart> starts, Latencies events, ServerTime servers) {

    /** A sidecar may send no more than 30 calls at once, so the writers take turns, as in a fleet. */
    private static final int WRITES_PER_POD = 25;

    /** Copies the list. */
    WatchRun {
        starts = List.copyOf(starts);
    }

    static WatchRun measure(FleetCluster cluster, int watchers, FleetPlan plan)
            throws IOException, InterruptedException {
        ServerTime idle = idle(cluster, plan);
        AtomicReference<LastArrival> write = new AtomicReference<>(new LastArrival(watchers));
        List<FleetStart> starts = new ArrayList<>();
        while (starts.size() < plan.starts()) {
            starts.forEach(FleetStart::close);
            starts.add(FleetStart.of(cluster, watchers, idle, () -> write.get().arrived()));
        }
        List<PodStore> writers = writers(cluster, plan.writes());
        try {
            Latencies events = new Latencies();
            ServerTime idleWatches = idle(cluster, plan);
            ServerTime before = cluster.serverTime();
            write(writers, plan.writes(), watchers, write, events);
            ServerTime used = cluster.serverTime().since(before);
            return new WatchRun(watchers, starts, events, used.each(plan.writes(), idleWatches));
        } finally {
            writers.forEach(PodStore::close);
            starts.getLast().close();
        }
    }

    private static ServerTime idle(FleetCluster cluster, FleetPlan plan) throws IOException, InterruptedException {
        ServerTime before = cluster.serverTime();
        Thread.sleep(plan.idle());
        return cluster.serverTime().since(before);
    }

    /** Makes pods that write and do not watch. They have connected already. */
    private static List<PodStore> writers(FleetCluster cluster, int writes) {
        List<PodStore> writers = new ArrayList<>();
        while (writers.size() * WRITES_PER_POD < writes) {
            PodStore writer = cluster.pod(() -> {});
            var unused = writer.read().join();
            writers.add(writer);
        }
        return writers;
    }

    private static void write(
            List<PodStore> writers, int writes, int watchers, AtomicReference<LastArrival> write, Latencies events)
            throws IOException, InterruptedException {
        SampleRecord records = new SampleRecord();
        String version = writers.getFirst().read().join().version();
        for (int number = 0; number < writes; number++) {
            SessionRecord next = records.next();
            LastArrival arrival = new LastArrival(watchers);
            write.set(arrival);
            long begin = System.nanoTime();
            version = writers.get(number / WRITES_PER_POD).write(next, version);
            events.add((int) (arrival.nanosSince(begin) / 1_000));
        }
    }

    /** Returns the median of the starts. */
    double start(ToDoubleFunction<FleetStart> figure) {
        return Median.of(starts, figure);
    }
}

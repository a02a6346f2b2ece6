package dev.tokensidecar.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it took until pods that all started at the same moment were done.
 *
 * @param pods those that have started, with open watches
 * @param read until the last pod had read the record, in milliseconds
 * @param watch until the last watch was open, in milliseconds
 * @param servers the CPU time for one pod
 */
record FleetStart(List<PodStore> pods, double read, double watch, ServerTime servers) {

    /** Copies the list. */
    FleetStart {
        pods = List.copyOf(pods);
    }

    /**
     * Starts pods that have no connection yet.
     *
     * @param idle what the servers use without them
     * @param changed runs for each pod and each change of the record
     */
    static FleetStart of(FleetCluster cluster, int number, ServerTime idle, Runnable changed)
            throws IOException, InterruptedException {
        LastArrival reads = new LastArrival(number);
        LastArrival watches = new LastArrival(number);
        List<PodStore> pods = new ArrayList<>();
        for (int pod = 0; pod < number; pod++) {
            pods.add(cluster.pod(watches::arrived));
        }
        ServerTime before = cluster.serverTime();
        long begin = System.nanoTime();
        for (PodStore pod : pods) {
            var unused = pod.read().thenRun(reads::arrived);
            pod.watch(changed);
        }
        double read = reads.nanosSince(begin) / 1e6;
        double watch = watches.nanosSince(begin) / 1e6;
        ServerTime used = cluster.serverTime().since(before);
        return new FleetStart(pods, read, watch, used.each(number, idle));
    }

    void close() {
        pods.forEach(PodStore::close);
    }
}

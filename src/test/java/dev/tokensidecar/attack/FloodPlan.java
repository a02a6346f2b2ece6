package dev.tokensidecar.attack;

import java.time.Duration;
import java.util.Iterator;
import java.util.function.IntFunction;

/**
 * Describes a flood. A connection that has sent everything stays open; the flood replaces a closed one.
 *
 * @param connections the number of open connections
 * @param peers the number of addresses that they come from
 * @param pieces the bytes that a connection sends, piece by piece, by its number
 * @param pace the time between two pieces of a connection; zero for as fast as the sidecar reads
 * @param reads whether the connections read their responses
 * @param renews whether new connections replace the oldest ones, as fast as the flood can open them
 */
record FloodPlan(
        String name,
        int connections,
        int peers,
        IntFunction<Iterator<byte[]>> pieces,
        Duration pace,
        boolean reads,
        boolean renews) {

    /** A flood that reads the responses and sends as fast as it can. */
    static FloodPlan of(String name, int connections, int peers, IntFunction<Iterator<byte[]>> pieces) {
        return new FloodPlan(name, connections, peers, pieces, Duration.ZERO, true, false);
    }

    FloodPlan paced(Duration next) {
        return new FloodPlan(name, connections, peers, pieces, next, reads, renews);
    }

    FloodPlan notReading() {
        return new FloodPlan(name, connections, peers, pieces, pace, false, renews);
    }

    FloodPlan renewing() {
        return new FloodPlan(name, connections, peers, pieces, pace, reads, true);
    }

    @Override
    public String toString() {
        return name;
    }
}

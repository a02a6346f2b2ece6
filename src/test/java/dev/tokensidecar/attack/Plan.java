package dev.tokensidecar.attack;

import java.time.Duration;
import java.util.Iterator;
import java.util.function.IntFunction;

/**
 * A flood as it is meant. A connection that has said everything stays open, and one that is closed is replaced.
 *
 * @param connections how many are open at the same time
 * @param peers how many addresses they come from
 * @param speech what a connection sends, piece by piece; numbered by connection
 * @param pace the time between two pieces of a connection; zero for as fast as they are taken
 * @param reads whether answers are read
 * @param leaves whether connections end for new ones as fast as those can be opened, the oldest first
 */
record Plan(
        String name,
        int connections,
        int peers,
        IntFunction<Iterator<byte[]>> speech,
        Duration pace,
        boolean reads,
        boolean leaves) {

    /** A flood that reads the answers and is as fast as it can. */
    static Plan of(String name, int connections, int peers, IntFunction<Iterator<byte[]>> speech) {
        return new Plan(name, connections, peers, speech, Duration.ZERO, true, false);
    }

    Plan paced(Duration next) {
        return new Plan(name, connections, peers, speech, next, reads, leaves);
    }

    Plan notReading() {
        return new Plan(name, connections, peers, speech, pace, false, leaves);
    }

    Plan leaving() {
        return new Plan(name, connections, peers, speech, pace, reads, true);
    }

    @Override
    public String toString() {
        return name;
    }
}

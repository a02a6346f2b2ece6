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
 */
record Plan(
        String name, int connections, int peers, IntFunction<Iterator<byte[]>> speech, Duration pace, boolean reads) {

    /** A flood that reads the answers and is as fast as it can. */
    static Plan of(String name, int connections, int peers, IntFunction<Iterator<byte[]>> speech) {
        return new Plan(name, connections, peers, speech, Duration.ZERO, true);
    }

    Plan paced(Duration next) {
        return new Plan(name, connections, peers, speech, next, reads);
    }

    Plan notReading() {
        return new Plan(name, connections, peers, speech, pace, false);
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.tokensidecar.testing.measurement;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long answers took, in steps of a tenth of a millisecond. */
public final class Latencies {

    private static final long STEP_NANOS = 100_000;
    private static final int STEPS = 100_000;

    private final AtomicLongArray counts = new AtomicLongArray(STEPS);
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();

    /** Adds one. */
    public void add(long nanos) {
        counts.incrementAndGet((int) Math.min(STEPS - 1, nanos / STEP_NANOS));
        total.incrementAndGet();
        longest.accumulateAndGet(nanos, Math::max);
    }

    /** How many there are. */
    public long count() {
        return total.get();
    }

    /** The time in milliseconds that this part of the answers did not exceed. */
    public double millis(double part) {
        long rest = (long) Math.ceil(total.get() * part);
        int step = 0;
        while (step < STEPS - 1 && (rest -= counts.get(step)) > 0) {
            step++;
        }
        return (step + 1) * STEP_NANOS / 1e6;
    }

    public double longestMillis() {
        return longest.get() / 1e6;
    }
}

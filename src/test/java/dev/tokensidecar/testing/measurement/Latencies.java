package dev.tokensidecar.testing.measurement;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** A histogram of response times, in steps of 0.1 ms. */
public final class Latencies {

    private static final long STEP_NANOS = 100_000;
    private static final int STEPS = 100_000;

    private final AtomicLongArray counts = new AtomicLongArray(STEPS);
    private final AtomicLong total = new AtomicLong();
    private final AtomicLong longest = new AtomicLong();

    /** Adds a response time. */
    public void add(long nanos) {
        counts.incrementAndGet((int) Math.min(STEPS - 1, nanos / STEP_NANOS));
        total.incrementAndGet();
        longest.accumulateAndGet(nanos, Math::max);
    }

    /** Returns the number of response times. */
    public long count() {
        return total.get();
    }

    /** Returns a quantile in milliseconds, {@code 0.99} for the 99th percentile. */
    public double millis(double quantile) {
        long rest = (long) Math.ceil(total.get() * quantile);
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

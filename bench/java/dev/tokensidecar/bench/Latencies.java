package dev.tokensidecar.bench;

import java.util.Arrays;

/** Collects the latency of each request, in microseconds. */
final class Latencies {

    private static final int INITIAL_CAPACITY = 1024;

    private int[] micros = new int[INITIAL_CAPACITY];
    private int count;
    private boolean sorted;

    void add(int latency) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, 2 * count);
        }
        micros[count++] = latency;
        sorted = false;
    }

    int count() {
        return count;
    }

    /** Returns a quantile of the latencies in milliseconds; NaN without requests. */
    double millis(double quantile) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(micros, 0, count);
            sorted = true;
        }
        return micros[Math.max(0, (int) Math.ceil(quantile * count) - 1)] / 1000.0;
    }

    String[] cells(String name) {
        return new String[] {
            name,
            Numbers.count(count),
            Numbers.twoDecimals(millis(0.5)),
            Numbers.twoDecimals(millis(0.99)),
            Numbers.twoDecimals(millis(0.999)),
            Numbers.twoDecimals(millis(1))
        };
    }
}

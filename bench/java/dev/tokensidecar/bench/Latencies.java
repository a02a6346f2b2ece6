package dev.tokensidecar.bench;

import java.util.Arrays;

/** How long requests took, each of them, in microseconds. */
final class Latencies {

    private static final int FIRST = 1024;

    private int[] micros = new int[FIRST];
    private int count;
    private boolean sorted;

    void add(int one) {
        if (count == micros.length) {
            micros = Arrays.copyOf(micros, 2 * count);
        }
        micros[count++] = one;
        sorted = false;
    }

    int count() {
        return count;
    }

    /** The time in milliseconds that this part of the requests did not exceed; not a number if there are none. */
    double millis(double part) {
        if (count == 0) {
            return Double.NaN;
        }
        if (!sorted) {
            Arrays.sort(micros, 0, count);
            sorted = true;
        }
        return micros[Math.max(0, (int) Math.ceil(part * count) - 1)] / 1000.0;
    }

    String[] cells(String when) {
        return new String[] {
            when,
            Text.count(count),
            Text.two(millis(0.5)),
            Text.two(millis(0.99)),
            Text.two(millis(0.999)),
            Text.two(millis(1))
        };
    }
}

package dev.tokensidecar.fleet;

import java.time.Duration;
import java.util.Arrays;

/** The moments at which something happened in a run, in nanoseconds since its start, the earliest first. */
final class Times {

    private static final int INITIAL_CAPACITY = 16;

    private long[] nanos = new long[INITIAL_CAPACITY];
    private int count;

    /** Adds a moment, which is not before the last one. */
    void add(long moment) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = moment;
    }

    /** Returns the number of moments from the first one to before the last one. */
    int between(Duration from, Duration to) {
        return index(to.toNanos()) - index(from.toNanos());
    }

    private int index(long moment) {
        int index = 0;
        while (index < count && nanos[index] < moment) {
            index++;
        }
        return index;
    }

    /** Returns the largest number within any second of this period. */
    int mostInASecond(Duration from, Duration to) {
        long second = Duration.ofSeconds(1).toNanos();
        int most = 0;
        int first = index(from.toNanos());
        int end = index(to.toNanos());
        for (int last = first; last < end; last++) {
            while (nanos[last] - nanos[first] >= second) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** Returns the last moment of this period; its beginning if there is none. */
    Duration last(Duration from, Duration to) {
        int end = index(to.toNanos());
        return end == index(from.toNanos()) ? from : Duration.ofNanos(nanos[end - 1]);
    }
}

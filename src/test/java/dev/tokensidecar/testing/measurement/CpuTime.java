package dev.tokensidecar.testing.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Function;

/**
 * Measures the CPU time of a computation. Load on the machine does not increase it; a regular expression with exponential
 * backtracking does.
 */
public final class CpuTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final int LENGTH = 16 * 1024;
    private static final int MAX_UNIT = 16;

    private CpuTime() {}

    /**
     * Asserts that the computation is fast on a long text of repetitions of a short one, as long as a header can be.
     * Exponential backtracking shows with a short unit already, so longer units are skipped.
     */
    public static void assertFast(String text, Function<String, ?> computation) {
        if (text.isEmpty() || text.length() > MAX_UNIT) {
            return;
        }
        String repeated = text.repeat(LENGTH / text.length());
        long before = THREADS.getCurrentThreadCpuTime();
        Object unused = computation.apply(repeated);
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before))
                .as("CPU time for %d characters", repeated.length())
                .isLessThan(LIMIT);
    }
}

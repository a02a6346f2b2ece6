package dev.tokensidecar.testing.measurement;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Function;

/** What a computation costs this thread: a busy machine does not make it slower, a regular expression that goes astray does. */
public final class CpuTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration FAR_TOO_LONG = Duration.ofSeconds(1);

    private static final int LENGTH = 16 * 1024;
    private static final int LONGEST_UNIT = 16;

    private CpuTime() {}

    /**
     * Runs the computation on the text again and again in a row, as long as a header can be. What goes astray does so on
     * a short one too, so longer ones are not worth the time.
     */
    public static void assertShort(String text, Function<String, ?> computation) {
        if (text.isEmpty() || text.length() > LONGEST_UNIT) {
            return;
        }
        String much = text.repeat(LENGTH / text.length());
        long before = THREADS.getCurrentThreadCpuTime();
        Object unused = computation.apply(much);
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before))
                .as("CPU time for %d characters", much.length())
                .isLessThan(FAR_TOO_LONG);
    }
}

package dev.tokensidecar.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.Function;

/** What a computation costs this thread: a busy machine does not make it slower, a regular expression that goes astray does. */
public final class CpuTime {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration FAR_TOO_LONG = Duration.ofSeconds(1);

    private CpuTime() {}

    /** Runs the computation on as much of the repeated text as somebody could send. */
    public static void assertShort(String text, int length, Function<String, ?> computation) {
        String much =
                text.isEmpty() ? "" : text.repeat(length / text.length() + 1).substring(0, length);
        long before = THREADS.getCurrentThreadCpuTime();
        Object unused = computation.apply(much);
        assertThat(Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - before))
                .as("CPU time for %d characters", length)
                .isLessThan(FAR_TOO_LONG);
    }
}

package dev.tokensidecar.soak;

import dev.tokensidecar.testing.Jcmd;
import dev.tokensidecar.testing.SidecarProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the process holds at a moment.
 *
 * @param liveBytes the objects that are left after a full collection
 * @param threads live Java threads
 * @param descriptors open files and sockets
 */
record Vitals(long liveBytes, int threads, long descriptors) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    static Vitals of(SidecarProcess sidecar) throws IOException, InterruptedException {
        return new Vitals(
                liveBytes(sidecar.pid()), (int) sidecar.meter("jvm_threads_live_threads"), descriptors(sidecar.pid()));
    }

    /** A histogram counts live objects only, so the JVM collects first. */
    private static long liveBytes(long pid) {
        String histogram = Jcmd.ask(pid, "GC.class_histogram");
        Matcher total = TOTAL.matcher(histogram);
        if (!total.find()) {
            throw new IllegalStateException("no total in the histogram");
        }
        return Long.parseLong(total.group(1));
    }

    private static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    double liveMegabytes() {
        return liveBytes / 1e6;
    }
}

package dev.tokensidecar.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The resources of the sidecar at one moment.
 *
 * @param liveBytes the objects that remain after a full collection. A native executable cannot run one on request, so this
 *     is its anonymous resident memory
 * @param threads live Java threads; all threads of a native executable
 * @param descriptors open files and sockets
 */
public record ProcessResources(long liveBytes, int threads, long descriptors) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /** Measures the process now. */
    public static ProcessResources of(SidecarProcess sidecar) throws IOException, InterruptedException {
        long pid = sidecar.pid();
        return PackagedApplication.isNative()
                ? new ProcessResources(1024L * status(pid, "RssAnon"), status(pid, "Threads"), descriptors(pid))
                : new ProcessResources(
                        liveBytes(pid), (int) sidecar.meter("jvm_threads_live_threads"), descriptors(pid));
    }

    /** Returns the growth in megabytes that a test tolerates; it is larger if garbage counts. */
    public static double margin() {
        return PackagedApplication.isNative() ? 16 : 2;
    }

    /** A class histogram counts live objects only, so the JVM runs a collection first. */
    private static long liveBytes(long pid) {
        Matcher total = TOTAL.matcher(Jcmd.run(pid, "GC.class_histogram"));
        if (!total.find()) {
            throw new IllegalStateException("no total in the histogram");
        }
        return Long.parseLong(total.group(1));
    }

    /** Returns a number from {@code /proc/<pid>/status}. */
    private static int status(long pid, String name) throws IOException {
        Pattern line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)");
        Matcher value = line.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        if (!value.find()) {
            throw new IllegalStateException("no " + name + " in /proc");
        }
        return Integer.parseInt(value.group(1));
    }

    /** Returns the number of open files and sockets of this process. */
    public static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    public double liveMegabytes() {
        return liveBytes / 1e6;
    }
}

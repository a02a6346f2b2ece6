package dev.tokensidecar.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the process holds at a moment.
 *
 * @param liveBytes the objects that are left after a full collection; nobody can ask a native executable for one, so
 *     there it is the memory that is resident and no file's
 * @param threads live Java threads; of a native executable all
 * @param descriptors open files and sockets
 */
public record ProcessResources(long liveBytes, int threads, long descriptors) {

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

    /** Looks at the process now. */
    public static ProcessResources of(SidecarProcess sidecar) throws IOException, InterruptedException {
        long pid = sidecar.pid();
        return PackagedApplication.isNative()
                ? new ProcessResources(1024L * status(pid, "RssAnon"), status(pid, "Threads"), descriptors(pid))
                : new ProcessResources(liveBytes(pid), (int) sidecar.meter("jvm_threads_live_threads"), descriptors(pid));
    }

    /** How many megabytes more may be alive at the end; garbage makes the difference where it is counted in. */
    public static double margin() {
        return PackagedApplication.isNative() ? 16 : 2;
    }

    /** A histogram counts live objects only, so the JVM collects first. */
    private static long liveBytes(long pid) {
        Matcher total = TOTAL.matcher(Jcmd.ask(pid, "GC.class_histogram"));
        if (!total.find()) {
            throw new IllegalStateException("no total in the histogram");
        }
        return Long.parseLong(total.group(1));
    }

    /** A number of {@code /proc/<pid>/status}. */
    private static int status(long pid, String name) throws IOException {
        Pattern line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)");
        Matcher value = line.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
        if (!value.find()) {
            throw new IllegalStateException("the kernel does not tell " + name);
        }
        return Integer.parseInt(value.group(1));
    }

    /** How many files and sockets this process has open. */
    public static long descriptors(long pid) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return open.count();
        }
    }

    public double liveMegabytes() {
        return liveBytes / 1e6;
    }
}

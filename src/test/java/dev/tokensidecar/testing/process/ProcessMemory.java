package dev.tokensidecar.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * What a process has in memory.
 *
 * @param residentMegabytes all of it; parts of files are shared with others and can be read again
 * @param anonymousMegabytes what is its own and nowhere else: the part that a limit has to leave room for
 * @param peakMegabytes the most that was resident at any time
 */
public record ProcessMemory(int residentMegabytes, int anonymousMegabytes, int peakMegabytes) {

    private static final int KILOBYTES = 1024;

    /** What this process has now. */
    public static ProcessMemory of(long pid) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        return new ProcessMemory(megabytes(status, "VmRSS:"), megabytes(status, "RssAnon:"), megabytes(status, "VmHWM:"));
    }

    private static int megabytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> Integer.parseInt(line.replaceAll("\\D", "")) / KILOBYTES)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(field));
    }
}

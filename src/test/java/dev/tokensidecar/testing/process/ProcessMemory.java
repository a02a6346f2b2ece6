package dev.tokensidecar.testing.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The memory of a process.
 *
 * @param residentMegabytes all resident memory; file pages in it are shared with other processes and can be read again
 * @param anonymousMegabytes the memory that belongs to the process alone; a memory limit has to leave room for it
 * @param peakMegabytes the largest resident memory so far
 */
public record ProcessMemory(int residentMegabytes, int anonymousMegabytes, int peakMegabytes) {

    private static final int KILOBYTES = 1024;

    /** Reads the current values of a process. */
    public static ProcessMemory of(long pid) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
        return new ProcessMemory(
                megabytes(status, "VmRSS:"), megabytes(status, "RssAnon:"), megabytes(status, "VmHWM:"));
    }

    private static int megabytes(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> Integer.parseInt(line.replaceAll("\\D", "")) / KILOBYTES)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(field));
    }
}

package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Describes the machine that the figures come from. */
final class Machine {

    private static final long TIMEOUT_SECONDS = 10;

    private Machine() {}

    static Table now() throws IOException, InterruptedException {
        return Table.of("property", "value")
                .row("processor", cores() + " x " + line("/proc/cpuinfo", "model name"))
                .row("memory", Numbers.count(kilobytes() / 1024) + " MiB")
                .row("kernel", System.getProperty("os.version"))
                .row("load average before", firstLineOf("/proc/loadavg"))
                .row("JDK", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"))
                .row("wrk", firstLine("wrk", "-v").replaceAll("Copyright.*", "").strip())
                .row("nginx", firstLine("nginx", "-v"))
                .row("commit", commit());
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static long kilobytes() throws IOException {
        return Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", ""));
    }

    /** Mentions uncommitted changes, because the commit alone would not reproduce the figures. */
    private static String commit() throws IOException, InterruptedException {
        String changes = firstLine("git", "status", "--porcelain", "--untracked-files=no");
        return firstLine("git", "rev-parse", "--short", "HEAD") + (changes.isEmpty() ? "" : ", with changes");
    }

    private static String line(String file, String field) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String firstLineOf(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).getFirst();
    }

    /** Returns the first line of a command's output. */
    private static String firstLine(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            String line = output.readLine();
            var unused = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return line == null ? "" : line;
        }
    }
}

package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Where the figures come from. */
final class Machine {

    private static final long PATIENCE_SECONDS = 10;

    private Machine() {}

    static Table now() throws IOException, InterruptedException {
        return Table.of("what", "which")
                .row("processor", cores() + " x " + line("/proc/cpuinfo", "model name"))
                .row("memory", Text.count(kilobytes() / 1024) + " MiB")
                .row("kernel", System.getProperty("os.version"))
                .row("load average before", first("/proc/loadavg"))
                .row("JDK", System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"))
                .row("wrk", said("wrk", "-v").replaceAll("Copyright.*", "").strip())
                .row("nginx", said("nginx", "-v"))
                .row("commit", commit());
    }

    private static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static long kilobytes() throws IOException {
        return Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", ""));
    }

    /** What differs from a commit is told, lest somebody look for these figures there. */
    private static String commit() throws IOException, InterruptedException {
        String changes = said("git", "status", "--porcelain", "--untracked-files=no");
        return said("git", "rev-parse", "--short", "HEAD") + (changes.isEmpty() ? "" : ", with changes");
    }

    private static String line(String file, String field) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static String first(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).getFirst();
    }

    /** The first line of what a command says. */
    private static String said(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        try (var output = process.inputReader()) {
            String line = output.readLine();
            var unused = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return line == null ? "" : line;
        }
    }
}

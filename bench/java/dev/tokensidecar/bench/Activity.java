package dev.tokensidecar.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a process has done since its start, by the kernel's books.
 *
 * @param cpuMillis in user mode and in the kernel, by the clock of the scheduler
 * @param switches how often each thread was put on a processor and left it again, by its name
 */
record Activity(double cpuMillis, Map<String, Long> switches) {

    private static final double NANOS_PER_MILLI = 1e6;

    /** Copies the map. */
    Activity {
        switches = Map.copyOf(switches);
    }

    static Activity of(long pid) throws IOException {
        double nanos = 0;
        Map<String, Long> switches = new TreeMap<>();
        for (Path thread : threads(pid)) {
            try {
                nanos += Double.parseDouble(
                        Files.readString(thread.resolve("schedstat")).split(" ", -1)[0]);
                String name = Files.readString(thread.resolve("comm")).strip();
                switches.merge(name, switches(thread), Long::sum);
            } catch (NoSuchFileException gone) {
                // a thread that ended meanwhile
            }
        }
        return new Activity(nanos / NANOS_PER_MILLI, switches);
    }

    private static List<Path> threads(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.toList();
        }
    }

    private static long switches(Path thread) throws IOException {
        return Files.readAllLines(thread.resolve("status")).stream()
                .filter(line -> line.contains("ctxt_switches"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** What was done between then and now; threads that have gone meanwhile are not in it. */
    Activity since(Activity before) {
        Map<String, Long> more = new TreeMap<>();
        switches.forEach((thread, number) ->
                more.put(thread, Math.max(0, number - before.switches.getOrDefault(thread, 0L))));
        return new Activity(Math.max(0, cpuMillis - before.cpuMillis), more);
    }

    long wakeUps() {
        return switches.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Looks at a process for so long. */
    static Activity during(Duration time, long pid) throws IOException, InterruptedException {
        Activity before = of(pid);
        Thread.sleep(time);
        return of(pid).since(before);
    }
}

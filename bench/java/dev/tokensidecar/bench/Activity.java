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
 * The CPU time and the context switches of a process, from {@code /proc}.
 *
 * @param cpuMillis the CPU time in user mode and in the kernel, by the scheduler's clock
 * @param switches the number of context switches by thread name
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
                // the thread has ended
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

    /** Returns the difference to an earlier reading, without threads that have ended in between. */
    Activity since(Activity before) {
        Map<String, Long> difference = new TreeMap<>();
        switches.forEach((thread, number) ->
                difference.put(thread, Math.max(0, number - before.switches.getOrDefault(thread, 0L))));
        return new Activity(Math.max(0, cpuMillis - before.cpuMillis), difference);
    }

    long wakeUps() {
        return switches.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Observes a process for a time. */
    static Activity observe(Duration time, long pid) throws IOException, InterruptedException {
        Activity before = of(pid);
        Thread.sleep(time);
        return of(pid).since(before);
    }
}

package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What the process does while nobody asks for anything and no token is due. */
final class Idle implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final double WANTED_WAKE_UPS = 5;
    private static final double WANTED_CPU = 0.001;

    @Override
    public String name() {
        return "CPU when idle";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("idle", LIFETIME);
                SidecarProcess sidecar = workbench.sidecar(server, Map.of())) {
            Thread.sleep(workbench.lengths().settling());
            Duration time = workbench.lengths().idle();
            return section(Activity.during(time, sidecar.pid()), time);
        }
    }

    private static Section section(Activity activity, Duration time) {
        double wakeUps = perSecond(activity.wakeUps(), time);
        double cpu = activity.cpuMillis() / time.toMillis();
        Table threads = Table.of("thread", "wake-ups/s");
        List<Map.Entry<String, Long>> busy = activity.switches().entrySet().stream()
                .filter(thread -> thread.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .toList();
        for (Map.Entry<String, Long> thread : busy) {
            threads = threads.row(thread.getKey(), Text.two(perSecond(thread.getValue(), time)));
        }
        return Section.of(
                        "CPU when idle",
                        "%d s during which nobody asked: %s wake-ups per second, %s of one core."
                                .formatted(time.toSeconds(), Text.two(wakeUps), Text.percent(cpu)))
                .with(threads)
                .with(Reach.of(
                        "idle",
                        "under %.0f wake-ups per second, under %.1f %% CPU"
                                .formatted(WANTED_WAKE_UPS, 100 * WANTED_CPU),
                        "%s per second, %s".formatted(Text.two(wakeUps), Text.percent(cpu)),
                        wakeUps < WANTED_WAKE_UPS && cpu < WANTED_CPU));
    }

    private static double perSecond(long number, Duration time) {
        return 1000.0 * number / time.toMillis();
    }
}

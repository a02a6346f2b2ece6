package dev.tokensidecar.bench;

import dev.tokensidecar.testing.process.SidecarProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Measures the activity of the process without requests and without a due token. */
final class Idle implements Scenario {

    private static final Duration LIFETIME = Duration.ofHours(10);
    private static final double MAX_WAKE_UPS = 5;
    private static final double MAX_CPU = 0.001;

    @Override
    public String name() {
        return "CPU when idle";
    }

    @Override
    public Section measure(Workbench workbench) throws IOException, InterruptedException {
        try (AuthorizationServer server = workbench.server("idle", LIFETIME);
                SidecarProcess sidecar = workbench.sidecar(server, Map.of())) {
            Thread.sleep(workbench.runPlan().settling());
            Duration time = workbench.runPlan().idle();
            return section(Activity.observe(time, sidecar.pid()), time);
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
            threads = threads.row(thread.getKey(), Numbers.twoDecimals(perSecond(thread.getValue(), time)));
        }
        return Section.of(
                        "CPU when idle",
                        "%d s without requests: %s wake-ups per second, %s of one core."
                                .formatted(time.toSeconds(), Numbers.twoDecimals(wakeUps), Numbers.percent(cpu)))
                .with(threads)
                .with(Target.of(
                        "idle",
                        "under %.0f wake-ups per second, under %.1f %% CPU".formatted(MAX_WAKE_UPS, 100 * MAX_CPU),
                        "%s per second, %s".formatted(Numbers.twoDecimals(wakeUps), Numbers.percent(cpu)),
                        wakeUps < MAX_WAKE_UPS && cpu < MAX_CPU));
    }

    private static double perSecond(long number, Duration time) {
        return 1000.0 * number / time.toMillis();
    }
}

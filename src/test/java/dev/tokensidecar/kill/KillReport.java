package dev.tokensidecar.kill;

import dev.tokensidecar.testing.measurement.Figures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The figures of one loop; each start adds to them. */
final class KillReport {

    private final String scenario;
    private final long seed;
    private final Map<KillPoint, Integer> kills = new EnumMap<>(KillPoint.class);
    private final Map<KillPoint, Integer> inWindow = new EnumMap<>(KillPoint.class);
    private final List<Duration> recoveries = new ArrayList<>();
    private long responses;
    private long unavailable;
    private int graceUses;
    private int lostInWindow;
    private int lostOutside;

    KillReport(String scenario, long seed) {
        this.scenario = scenario;
        this.seed = seed;
    }

    /**
     * Adds a start.
     *
     * @param killPoint when the previous process was killed; null for the first start
     * @param fellInWindow whether the kill fell between the rotation at the server and the save here
     * @param alive whether the session survived
     * @param recovery the time from the start until that was known
     */
    void add(@Nullable KillPoint killPoint, boolean fellInWindow, boolean alive, Duration recovery) {
        if (killPoint != null) {
            kills.merge(killPoint, 1, Integer::sum);
            inWindow.merge(killPoint, fellInWindow ? 1 : 0, Integer::sum);
        }
        if (alive) {
            recoveries.add(recovery);
        }
        graceUses += alive && fellInWindow ? 1 : 0;
        lostInWindow += !alive && fellInWindow ? 1 : 0;
        lostOutside += !alive && !fellInWindow ? 1 : 0;
    }

    /** Adds the responses of the callers up to a kill. */
    void add(TokenPollers callers) {
        responses += callers.responses();
        unavailable += callers.unavailable();
    }

    long responses() {
        return responses;
    }

    long unavailable() {
        return unavailable;
    }

    int lostInWindow() {
        return lostInWindow;
    }

    /** Records the figures. */
    void write() {
        Figures.record("kill", toString());
    }

    @Override
    public String toString() {
        StringJoiner line = new StringJoiner(" ", "scene=\"" + scenario + "\" ", "");
        figures().forEach((name, figure) -> line.add(name + "=" + figure));
        return line.toString();
    }

    private Map<String, Object> figures() {
        List<Duration> sorted = recoveries.stream().sorted().toList();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("kills", kills.values().stream().mapToInt(Integer::intValue).sum());
        figures.put("by_aim", kills);
        figures.put("in_window_by_aim", inWindow);
        figures.put("second_chances", graceUses);
        figures.put("lost_in_window", lostInWindow);
        figures.put("lost_outside", lostOutside);
        figures.put("answers", responses);
        figures.put("not_now", unavailable);
        figures.put("recovery_median_ms", sorted.isEmpty() ? "-" : millis(sorted.get(sorted.size() / 2)));
        figures.put("recovery_max_ms", sorted.isEmpty() ? "-" : millis(sorted.getLast()));
        figures.put("seed", seed);
        return figures;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}

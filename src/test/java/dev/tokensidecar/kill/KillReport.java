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

/** What the kills of one loop have cost; the columns of a row are those of the line. */
final class KillReport {

    private final String scene;
    private final long seed;
    private final Map<KillPoint, Integer> kills = new EnumMap<>(KillPoint.class);
    private final Map<KillPoint, Integer> inWindow = new EnumMap<>(KillPoint.class);
    private final List<Duration> recoveries = new ArrayList<>();
    private long answers;
    private long notNow;
    private int secondChances;
    private int lostInWindow;
    private int lostOutside;

    KillReport(String scene, long seed) {
        this.scene = scene;
        this.seed = seed;
    }

    /**
     * One more start.
     *
     * @param aim when the process before was killed; null for the first one
     * @param window whether it was killed between the rotation at the server and its save here
     * @param alive whether the session went on
     * @param after the time from the start until that was known
     */
    void add(@Nullable KillPoint aim, boolean window, boolean alive, Duration after) {
        if (aim != null) {
            kills.merge(aim, 1, Integer::sum);
            inWindow.merge(aim, window ? 1 : 0, Integer::sum);
        }
        if (alive) {
            recoveries.add(after);
        }
        secondChances += alive && window ? 1 : 0;
        lostInWindow += !alive && window ? 1 : 0;
        lostOutside += !alive && !window ? 1 : 0;
    }

    /** The load that was there when a process was killed. */
    void add(TokenPollers load) {
        answers += load.answers();
        notNow += load.notNow();
    }

    long answers() {
        return answers;
    }

    long notNow() {
        return notNow;
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
        StringJoiner line = new StringJoiner(" ", "scene=\"" + scene + "\" ", "");
        figures().forEach((name, figure) -> line.add(name + "=" + figure));
        return line.toString();
    }

    private Map<String, Object> figures() {
        List<Duration> sorted = recoveries.stream().sorted().toList();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("kills", kills.values().stream().mapToInt(Integer::intValue).sum());
        figures.put("by_aim", kills);
        figures.put("in_window_by_aim", inWindow);
        figures.put("second_chances", secondChances);
        figures.put("lost_in_window", lostInWindow);
        figures.put("lost_outside", lostOutside);
        figures.put("answers", answers);
        figures.put("not_now", notNow);
        figures.put("recovery_median_ms", sorted.isEmpty() ? "-" : millis(sorted.get(sorted.size() / 2)));
        figures.put("recovery_max_ms", sorted.isEmpty() ? "-" : millis(sorted.getLast()));
        figures.put("seed", seed);
        return figures;
    }

    private static String millis(Duration duration) {
        return Long.toString(duration.toMillis());
    }
}

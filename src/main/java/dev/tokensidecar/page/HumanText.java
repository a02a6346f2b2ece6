package dev.tokensidecar.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Times, durations and counts as people read them. All times are UTC, as in the log. */
final class HumanText {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("MMM d, HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Duration TODAY = Duration.ofHours(12);

    private HumanText() {}

    /** Returns the time of day, or a date if it is not near. */
    static String time(Instant at, Instant now) {
        boolean near = Duration.between(at, now).abs().compareTo(TODAY) < 0;
        return (near ? TIME : DATE).format(at);
    }

    /** Returns the same as an element, with the whole time for programs. */
    static Html element(Instant at, Instant now) {
        return Html.of("<time datetime=\"{}\">{}</time>", at.truncatedTo(ChronoUnit.MILLIS), time(at, now));
    }

    /** Returns the time with what is left until then. */
    static Html ahead(Instant at, Instant now) {
        Duration left = Duration.between(now, at);
        return Html.of("{} ({})", element(at, now), left.isPositive() ? "in " + rounded(left) : "now");
    }

    /** Returns a duration in its two largest units. */
    static String rounded(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return two(seconds / 60, "min", seconds % 60, "s");
        }
        return seconds < 86_400
                ? two(seconds / 3600, "h", seconds % 3600 / 60, "min")
                : two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
    }

    /** Returns a duration that is usually below a second. */
    static String millis(Duration duration) {
        long millis = duration.toMillis();
        return millis < 10_000 ? millis + " ms" : rounded(duration);
    }

    /** Returns a number with its thousands grouped. */
    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String two(long large, String unit, long small, String smallUnit) {
        return small == 0 ? large + " " + unit : large + " " + unit + " " + small + " " + smallUnit;
    }
}

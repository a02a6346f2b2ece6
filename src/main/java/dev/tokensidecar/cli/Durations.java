package dev.tokensidecar.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** Durations in arguments. */
final class Durations {

    private static final Duration LONGEST = Duration.ofDays(1);

    private Durations() {}

    /** Reads a text such as {@code 60s} or {@code 2m}. */
    static Duration parse(String text) {
        try {
            Duration duration = Duration.parse("PT" + text);
            if (!duration.isNegative() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException malformed) {
            // reported below
        }
        throw new TypeConversionException("'" + text + "' is not a duration of at most a day, such as 60s or 2m");
    }
}

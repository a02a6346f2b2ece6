package dev.tokensidecar.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.TypeConversionException;

/** Durations in arguments. */
final class Durations {

    private Durations() {}

    /** Reads a text such as {@code 60s} or {@code 2m}. */
    static Duration parse(String text) {
        try {
            return Duration.parse("PT" + text);
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 60s or 2m");
        }
    }
}

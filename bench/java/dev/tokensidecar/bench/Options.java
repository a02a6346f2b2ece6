package dev.tokensidecar.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code bench/run}.
 *
 * @param smoke whether to run everything as briefly as possible, to see that it works
 * @param only runs only scenarios whose names contain this text; empty for all
 * @param nativeBinary the native executable; null for none
 * @param results the directory for the report
 */
record Options(boolean smoke, String only, @Nullable Path nativeBinary, Path results) {

    static Options of(List<String> arguments) {
        return new Options(
                arguments.contains("--smoke"),
                value(arguments, "--only=").orElse(""),
                value(arguments, "--native=").map(Path::of).orElse(null),
                Path.of(value(arguments, "--results=").orElseThrow()));
    }

    private static Optional<String> value(List<String> arguments, String option) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(option))
                .map(argument -> argument.substring(option.length()))
                .findFirst();
    }

    boolean includes(Scenario scenario) {
        return scenario.name().toLowerCase(Locale.ROOT).contains(only.toLowerCase(Locale.ROOT));
    }
}

package dev.tokensidecar.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench/run} was asked for.
 *
 * @param smoke whether everything is as short as possible, since nobody looks at the times
 * @param only a part of the name of the only scenarios to run; empty for all
 * @param nativeBinary the native executable, if there is one
 * @param results the directory of the report
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

    boolean wants(Scenario scenario) {
        return scenario.name().toLowerCase(Locale.ROOT).contains(only.toLowerCase(Locale.ROOT));
    }
}

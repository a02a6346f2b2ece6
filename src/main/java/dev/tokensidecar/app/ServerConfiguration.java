package dev.tokensidecar.app;

import dev.tokensidecar.cli.CommandFailure;
import io.quarkus.runtime.configuration.AbstractConfigBuilder;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads the configuration of the server in a command: from the same sources, with the same defaults. Starts nothing: Quarkus
 * generates the list of its sources as a class, which works without the rest of it.
 */
final class ServerConfiguration {

    private static final String SOURCES = "io.quarkus.runtime.generated.RunTimeConfig";

    /** The only place where the exception keeps the name of the key is its text, which quotes the value too. */
    private static final Pattern KEY = Pattern.compile("config property (\\S+)");

    private ServerConfiguration() {}

    /**
     * Opens the sources.
     *
     * @throws CommandFailure if Quarkus cannot use the values of its own keys: one line for each
     */
    static SmallRyeConfig open() {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
        AbstractConfigBuilder.withCustomizer(builder, SOURCES);
        try {
            return builder.build();
        } catch (ConfigValidationException unusable) {
            throw new CommandFailure(String.join("\n", problems(unusable)), unusable);
        }
    }

    /** Opens the same sources without a look at the values of the keys of Quarkus. */
    static SmallRyeConfig openUnchecked() {
        return ConfigUtils.configBuilder().build();
    }

    private static List<String> problems(ConfigValidationException unusable) {
        return IntStream.range(0, unusable.getProblemCount())
                .mapToObj(number -> KEY.matcher(unusable.getProblem(number).getMessage()))
                .map(key -> key.find() ? key.group(1) : "a key of Quarkus")
                .distinct()
                .map(key -> key + " is missing, or has a value that Quarkus cannot use: correct it, or leave it out")
                .toList();
    }
}

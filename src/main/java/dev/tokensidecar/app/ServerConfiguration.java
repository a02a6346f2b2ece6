package dev.tokensidecar.app;

import dev.tokensidecar.cli.CommandFailure;
import dev.tokensidecar.config.InvalidConfiguration;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import io.quarkus.runtime.configuration.AbstractConfigBuilder;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        return open(Map.of());
    }

    /**
     * Opens the sources, and adds values for keys that none of them sets.
     *
     * @param defaults the values by key
     * @throws CommandFailure if Quarkus cannot use the values of its own keys: one line for each
     */
    static SmallRyeConfig open(Map<String, String> defaults) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().withDefaultValues(defaults);
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

    /**
     * Reads the settings.
     *
     * @throws CommandFailure with all violations
     */
    static SidecarSettings settings(SmallRyeConfig config, Map<String, String> environment) {
        try {
            return new SettingsReader(config, environment).read();
        } catch (InvalidConfiguration e) {
            throw new CommandFailure(Objects.requireNonNull(e.getMessage()), e);
        }
    }
}

package dev.tokensidecar.app;

import dev.tokensidecar.cli.CommandFailure;
import dev.tokensidecar.config.InvalidConfiguration;
import dev.tokensidecar.config.SettingsReader;
import dev.tokensidecar.config.SidecarSettings;
import io.quarkus.runtime.configuration.AbstractConfigBuilder;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.Objects;

/**
 * Reads the configuration of the server in a command: from the same sources, with the same defaults. Starts nothing: Quarkus
 * generates the list of its sources as a class, which works without the rest of it.
 */
final class ServerConfiguration {

    private static final String SOURCES = "io.quarkus.runtime.generated.RunTimeConfig";

    private ServerConfiguration() {}

    /**
     * Opens the sources.
     *
     * @throws ConfigValidationException if a key of Quarkus has an unusable value, which its message quotes
     */
    static SmallRyeConfig open() {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder();
        AbstractConfigBuilder.withCustomizer(builder, SOURCES);
        return builder.build();
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

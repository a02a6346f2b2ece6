package dev.tokensidecar.app;

import dev.tokensidecar.cli.CheckReport;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** A configuration that a check reads. */
final class GivenConfiguration {

    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    /** Sets a key in a file. */
    void set(String key, Object value) {
        properties.put(key, value.toString());
    }

    /** Sets a variable. */
    void variable(String name, String value) {
        variables.put(name, value);
    }

    CheckReport check(boolean files, boolean connect) {
        return new ConfigurationInspector(this::open, variables).check(files, connect);
    }

    private SmallRyeConfig open() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(TlsConfig.class)
                .withSources(
                        new PropertiesConfigSource(properties, "file:/config/application.properties", 260),
                        new EnvConfigSource(variables, 300))
                .build();
    }
}

package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.Config;

/** A configuration as Quarkus makes one: a file, and environment variables on top of it. */
final class Given {

    private static final Map<String, String> LEAST = Map.of(
            "authorization-server.issuer", "https://login.example.com",
            "client.id", "app",
            "client.secret-file", "/etc/token-sidecar/client-secret",
            "store.refresh-token-file", "/etc/token-sidecar/refresh-token");

    /** The name of a way to an API. */
    static final String FORWARD = "orders";

    private final Map<String, String> file = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    /** Nothing at all. */
    static Given nothing() {
        return new Given();
    }

    /** No more than what has to be there. */
    static Given least() {
        return new Given().tokens(LEAST);
    }

    /** No more than what a token exchange needs. */
    static Given tokenExchange() {
        return least().without("store.refresh-token-file")
                .token("grant.type", "token_exchange")
                .token("grant.subject-token-file", "/var/run/token");
    }

    /** No more than what forwarding needs. */
    static Given forward() {
        return least().property("sidecar.forward." + FORWARD + ".target", "https://api.example.com/v1");
    }

    /** The same once more, for a token whose keys have this prefix. */
    Given andLeast(String prefix) {
        return properties(prefix, LEAST);
    }

    Given properties(String prefix, Map<String, String> values) {
        values.forEach((key, value) -> file.put(prefix + key, value));
        return this;
    }

    Given variables(String prefix, Map<String, String> values) {
        values.forEach((key, value) -> environment.put(UnknownKeys.variable(prefix + key), value));
        return this;
    }

    /** No more than what has to be there where no OAuth server is. */
    static Given refreshEndpoint() {
        return new Given()
                .tokens(Map.of(
                        "refresh-endpoint.url", "https://login.example.com/auth/refresh",
                        "store.refresh-token-file", "/etc/token-sidecar/refresh-token"));
    }

    /** No more than what has to be there for a token that is written to a file. */
    static Given tokenFile() {
        return least().token("file", "/run/token/access-token");
    }

    /** Sets a key of the token, named without its prefix. */
    Given token(String key, String value) {
        return property(SettingsReader.TOKEN + key, value);
    }

    Given tokens(Map<String, String> values) {
        return properties(SettingsReader.TOKEN, values);
    }

    Given property(String key, String value) {
        file.put(key, value);
        return this;
    }

    Given without(String key) {
        file.remove(SettingsReader.TOKEN + key);
        return this;
    }

    Given variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Map<String, String> environment() {
        return environment;
    }

    Config config() {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withSources(
                        new PropertiesConfigSource(file, "application.properties", 250),
                        new EnvConfigSource(environment, 300))
                .build();
    }

    /** What is read of the token. */
    TokenSettings settings() {
        return Objects.requireNonNull(all().tokens().get(SidecarSettings.DEFAULT_TOKEN));
    }

    SidecarSettings all() {
        return new SettingsReader(config(), environment).read();
    }

    List<String> violations() {
        return refused().violations();
    }

    InvalidConfiguration refused() {
        return catchThrowableOfType(InvalidConfiguration.class, this::settings);
    }
}

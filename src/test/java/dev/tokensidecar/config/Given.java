package dev.tokensidecar.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;

/** A configuration as Quarkus builds it: a file, and environment variables that override it. */
final class Given {

    private static final Map<String, String> MINIMAL = Map.of(
            "authorization-server.issuer", "https://login.example.com",
            "client.id", "app",
            "client.secret-file", "/etc/token-sidecar/client-secret",
            "store.refresh-token-file", "/etc/token-sidecar/refresh-token");

    /** The name of a route. */
    static final String FORWARD = "orders";

    private final Map<String, String> file = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    /** An empty configuration. */
    static Given nothing() {
        return new Given();
    }

    /** The required keys only. */
    static Given minimal() {
        return new Given().tokens(MINIMAL);
    }

    /** The required keys of a token exchange. */
    static Given tokenExchange() {
        return minimal()
                .without("store.refresh-token-file")
                .token("grant.type", "token_exchange")
                .token("grant.subject-token-file", "/var/run/token");
    }

    /** The required keys of a grant whose assertion the sidecar signs. */
    static Given signedAssertion() {
        return nothing()
                .tokens(Map.of(
                        "authorization-server.issuer", "https://login.example.com",
                        "client.authentication-method", "none",
                        "grant.type", "jwt_bearer",
                        "grant.assertion.key-file", "/etc/token-sidecar/private-key.pem",
                        "grant.assertion.issuer", "orders",
                        "grant.assertion.subject", "alice"));
    }

    /** The required keys of an access token that the sidecar signs. */
    static Given selfSigned() {
        return nothing()
                .tokens(Map.of(
                        "grant.type", "self_signed",
                        "grant.assertion.key-file", "/etc/token-sidecar/private-key.pem",
                        "grant.assertion.issuer", "orders"));
    }

    /** The required keys of an installation of a GitHub App. */
    static Given githubApp() {
        return nothing()
                .tokens(Map.of(
                        "provider", "github_app",
                        "refresh-endpoint.url", "https://api.github.com/app/installations/4711/access_tokens",
                        "grant.assertion.key-file", "/etc/token-sidecar/private-key.pem",
                        "grant.assertion.issuer", "Iv1.4711"));
    }

    /** The required keys with one route. */
    static Given forward() {
        return minimal().property("sidecar.forward." + FORWARD + ".target", "https://api.example.com/v1");
    }

    /** The required keys with a port for gateways. */
    static Given authorize() {
        return minimal()
                .property("sidecar.authorize.port", "8195")
                .property("sidecar.authorize.caller-secret-file", "/secrets/gateway");
    }

    /** The required keys with a Unix domain socket. */
    static Given socket() {
        return minimal()
                .property("sidecar.sockets." + FORWARD + ".path", "/run/orders/http.sock")
                .property("sidecar.sockets." + FORWARD + ".tokens", "default");
    }

    /** The required keys with one issuer whose JWTs are checked. */
    static Given introspection() {
        return minimal()
                .property("sidecar.introspection." + FORWARD + ".issuer", "https://login.example.com")
                .property("sidecar.introspection." + FORWARD + ".audience", "orders");
    }

    /** Adds the required keys of another token, whose keys have this prefix. */
    Given andMinimal(String prefix) {
        return properties(prefix, MINIMAL);
    }

    Given properties(String prefix, Map<String, String> values) {
        values.forEach((key, value) -> file.put(prefix + key, value));
        return this;
    }

    Given variables(String prefix, Map<String, String> values) {
        values.forEach((key, value) -> environment.put(UnknownKeys.variable(prefix + key), value));
        return this;
    }

    /** The required keys of an endpoint that does not speak OAuth. */
    static Given refreshEndpoint() {
        return new Given()
                .tokens(Map.of(
                        "refresh-endpoint.url", "https://login.example.com/auth/refresh",
                        "store.refresh-token-file", "/etc/token-sidecar/refresh-token"));
    }

    /** The required keys with a Secret for the record of the session. */
    static Given kubernetes() {
        return minimal().token("store.kubernetes.secret", "token-sidecar-session");
    }

    /** The required keys with a token file. */
    static Given tokenFile() {
        return minimal().token("file", "/run/token/access-token");
    }

    /** Sets a key of the default token, named without its prefix. */
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

    /** Reads the settings of the default token. */
    TokenSettings settings() {
        return Objects.requireNonNull(all().tokens().get(SidecarSettings.DEFAULT_TOKEN));
    }

    SidecarSettings all() {
        return new SettingsReader(config(), environment).read();
    }

    List<String> violations() {
        String message = Objects.requireNonNull(failure().getMessage());
        return Stream.of(message.split("\n  - ", -1)).skip(1).toList();
    }

    InvalidConfiguration failure() {
        return catchThrowableOfType(InvalidConfiguration.class, this::settings);
    }
}

package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Finds unknown keys and variables, so that the sidecar does not ignore a misspelt setting silently. */
final class UnknownKeys {

    /** The start of the name that Quarkus gives to the configuration source of the environment variables. */
    static final String ENVIRONMENT = "EnvConfigSource";

    private static final String PREFIX = "sidecar.";
    private static final String VARIABLE_PREFIX = "SIDECAR_";
    private static final String SERVICE_HOST = "_SERVICE_HOST";

    private final Config config;
    private final Map<String, String> environment;
    private final Set<String> known;

    UnknownKeys(Config config, Map<String, String> environment, Set<String> known) {
        this.config = config;
        this.environment = environment;
        this.known = known;
    }

    List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (String key : unknownProperties()) {
            violations.add(key + " is not known: did you mean " + nearest(key) + "?");
        }
        Set<String> variables = known.stream().map(UnknownKeys::variable).collect(Collectors.toSet());
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(VARIABLE_PREFIX) && !variables.contains(name) && !isServiceLink(name)) {
                violations.add("environment variable " + name + " is not known: did you mean " + variable(nearest(name))
                        + "?");
            }
        }
        return violations;
    }

    private Set<String> unknownProperties() {
        Set<String> unknown = new TreeSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            if (!source.getName().startsWith(ENVIRONMENT)) {
                source.getPropertyNames().stream()
                        .map(UnknownKeys::withoutProfile)
                        .filter(name -> name.startsWith(PREFIX) && !known.contains(name))
                        .filter(name -> !known.contains(TokenNames.asDefaultToken(name)))
                        .filter(name -> !known.contains(ForwardReader.withPlaceholder(name)))
                        .filter(name -> !known.contains(IntrospectionReader.withPlaceholder(name)))
                        .filter(name -> !known.contains(SocketReader.withPlaceholder(name)))
                        .forEach(unknown::add);
            }
        }
        return unknown;
    }

    /** Removes the profile from a name such as {@code %prod.sidecar.token.client.id}: every profile has the same keys. */
    static String withoutProfile(String name) {
        return name.startsWith("%") ? name.substring(name.indexOf('.') + 1) : name;
    }

    /** Whether Kubernetes sets the variable for a Service, such as one with the name "sidecar". */
    private boolean isServiceLink(String name) {
        return environment.keySet().stream()
                .filter(other -> other.endsWith(SERVICE_HOST))
                .map(other -> other.substring(0, other.length() - SERVICE_HOST.length()))
                .filter(name::startsWith)
                .map(service -> name.substring(service.length()))
                .anyMatch(rest -> rest.startsWith("_SERVICE_") || rest.matches("_PORT(_\\d+_.*)?"));
    }

    /** Returns the environment variable of a key, by the rule of MicroProfile Config. Placeholders keep their brackets. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9<>]", "_").toUpperCase(Locale.ROOT);
    }

    /** Includes the keys of Quarkus: operators look for the log and the ports under {@code sidecar.} too. */
    private String nearest(String name) {
        return NearestName.of(
                name,
                Stream.concat(known.stream(), QuarkusKeys.names().stream()).toList());
    }
}

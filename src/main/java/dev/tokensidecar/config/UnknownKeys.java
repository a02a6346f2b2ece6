package dev.tokensidecar.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Finds keys that nobody reads: a misspelt key must not be a setting that silently is not made. */
final class UnknownKeys {

    /** How the name of the source begins that holds the environment variables. */
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
            violations.add(key + " is not known: did you mean " + nearest(key, known) + "?");
        }
        Map<String, String> variables = new HashMap<>();
        known.forEach(key -> variables.put(variable(key), key));
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(VARIABLE_PREFIX) && !variables.containsKey(name) && !isServiceLink(name)) {
                violations.add("environment variable " + name + " is not known: did you mean "
                        + nearest(name, variables.keySet()) + "?");
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
                        .filter(name -> !known.contains(TokenNames.unnamed(name)))
                        .filter(name -> !known.contains(ForwardReader.unnamed(name)))
                        .forEach(unknown::add);
            }
        }
        return unknown;
    }

    /** A misspelt key is one in every profile: {@code %prod.sidecar.token.client.id}. */
    static String withoutProfile(String name) {
        return name.startsWith("%") ? name.substring(name.indexOf('.') + 1) : name;
    }

    /** Kubernetes gives every container such variables for each Service; one may well be called "sidecar". */
    private boolean isServiceLink(String name) {
        return environment.keySet().stream()
                .filter(other -> other.endsWith(SERVICE_HOST))
                .map(other -> other.substring(0, other.length() - SERVICE_HOST.length()))
                .filter(name::startsWith)
                .map(service -> name.substring(service.length()))
                .anyMatch(rest -> rest.startsWith("_SERVICE_") || rest.matches("_PORT(_\\d+_.*)?"));
    }

    /** The environment variable of a key, by the rule of MicroProfile Config; what stands for any name stays. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9<>]", "_").toUpperCase(Locale.ROOT);
    }

    /** The fewest letters away; but whoever wrote no more than the beginning of a key means that one. */
    private static String nearest(String name, Set<String> candidates) {
        return candidates.stream()
                .min(Comparator.<String, Boolean>comparing(candidate -> !candidate.startsWith(name))
                        .thenComparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}

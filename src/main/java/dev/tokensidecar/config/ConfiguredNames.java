package dev.tokensidecar.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Finds the names of tokens or routes in the keys and variables that an operator has set. A key contains the name as it is.
 * A variable contains it in capitals, with {@code _} for {@code -}; only the key that follows shows where it ends.
 */
final class ConfiguredNames {

    /** A DNS label of Kubernetes: it fits into a path, a metric label and a variable. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private final String prefix;
    private final Set<String> names = new TreeSet<>();
    private final Set<String> violations = new LinkedHashSet<>();

    /**
     * Reads all sources.
     *
     * @param prefix precedes the name; ends with a dot
     * @param keys every key that can follow the name
     */
    ConfiguredNames(String prefix, Set<String> keys, Config config, Map<String, String> environment) {
        this.prefix = prefix;
        configuredKeys(config).stream().filter(key -> key.startsWith(prefix)).forEach(this::addFromKey);
        List<String> endings = keys.stream()
                .map(key -> UnknownKeys.variable("." + key))
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        String variablePrefix = UnknownKeys.variable(prefix);
        environment.keySet().stream()
                .filter(variable -> variable.startsWith(variablePrefix))
                .map(variable -> variable.substring(variablePrefix.length()))
                .forEach(variable -> addFromVariable(variable, endings));
    }

    Set<String> all() {
        return names;
    }

    Set<String> violations() {
        return violations;
    }

    /** Returns the keys with a value in the active profile, from all sources but the environment. */
    static Set<String> configuredKeys(Config config) {
        Set<String> keys = new TreeSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            if (!source.getName().startsWith(UnknownKeys.ENVIRONMENT)) {
                source.getPropertyNames().stream()
                        .map(UnknownKeys::withoutProfile)
                        .filter(key -> config.getConfigValue(key).getRawValue() != null)
                        .forEach(keys::add);
            }
        }
        return keys;
    }

    /** Returns the keys that begin with the prefix, without the prefix. */
    static Set<String> withoutPrefix(Set<String> keys, String prefix) {
        return keys.stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .collect(Collectors.toSet());
    }

    /** Replaces the prefix and the name after it. Returns a key with another prefix unchanged. */
    static String replaceName(String prefix, String key, String replacement) {
        int end = key.startsWith(prefix) ? key.indexOf('.', prefix.length()) : -1;
        return end < 0 ? key : replacement + key.substring(end + 1);
    }

    private void addFromKey(String key) {
        int end = key.indexOf('.', prefix.length());
        add(end < 0 ? key.substring(prefix.length()) : key.substring(prefix.length(), end));
    }

    private void addFromVariable(String variable, List<String> endings) {
        endings.stream()
                .filter(ending -> variable.endsWith(ending) && variable.length() > ending.length())
                .findFirst()
                .map(ending -> variable.substring(0, variable.length() - ending.length()))
                .ifPresent(name -> add(name.toLowerCase(Locale.ROOT).replace('_', '-')));
    }

    private void add(String name) {
        if (NAME.matcher(name).matches()) {
            names.add(name);
        } else {
            violations.add(
                    prefix + name + " has no usable name: write up to 63 lower-case letters, digits and hyphens");
        }
    }
}

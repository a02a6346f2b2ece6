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
 * The names that an operator has given to things of one kind, by writing keys for them. A name shows in keys as it is, and
 * in variables in capitals with {@code _} for {@code -}, where only the key that follows it tells where it ends.
 */
final class ConfiguredNames {

    /** Fits a path, a label of a metric and a variable alike: what Kubernetes calls a DNS label. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private final String prefix;
    private final Set<String> names = new TreeSet<>();
    private final Set<String> violations = new LinkedHashSet<>();

    /**
     * Finds them.
     *
     * @param prefix what stands before the name, a dot at its end
     * @param keys every key that can follow it
     */
    ConfiguredNames(String prefix, Set<String> keys, Config config, Map<String, String> environment) {
        this.prefix = prefix;
        setKeys(config).stream().filter(key -> key.startsWith(prefix)).forEach(this::addFromKey);
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

    /** A key may be set for another profile than the one that is active. */
    static Set<String> setKeys(Config config) {
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

    /** The keys among these that begin so, without that beginning. */
    static Set<String> endings(Set<String> keys, String beginning) {
        return keys.stream()
                .filter(key -> key.startsWith(beginning))
                .map(key -> key.substring(beginning.length()))
                .collect(Collectors.toSet());
    }

    /** The key with something else in place of this prefix and any name; the same key if it is another one. */
    static String unnamed(String prefix, String key, String instead) {
        int end = key.startsWith(prefix) ? key.indexOf('.', prefix.length()) : -1;
        return end < 0 ? key : instead + key.substring(end + 1);
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

package dev.tokensidecar.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Which tokens are configured. A name shows in keys as it is, and in variables in capitals with {@code _} for {@code -},
 * where only the key that follows it tells where it ends.
 */
final class TokenNames {

    /** Before the name in the keys of a named token. */
    static final String PREFIX = "sidecar.tokens.";

    private static final String VARIABLE_PREFIX = "SIDECAR_TOKENS_";
    private static final String DEFAULT_VARIABLE_PREFIX = "SIDECAR_TOKEN_";

    /** Fits a path, a label of a metric and a variable alike: what Kubernetes calls a DNS label. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private final Set<String> named = new TreeSet<>();
    private final Set<String> violations = new LinkedHashSet<>();
    private final boolean needsDefault;

    /** @param keys every key that the token behind {@code /token} can have, with its prefix */
    TokenNames(Config config, Map<String, String> environment, Set<String> keys) {
        Set<String> set = setKeys(config);
        List<String> variables = keys.stream()
                .filter(key -> key.startsWith(SettingsReader.TOKEN))
                .map(UnknownKeys::variable)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        set.stream().filter(key -> key.startsWith(PREFIX)).forEach(this::addFromKey);
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLE_PREFIX))
                .forEach(name -> addFromVariable(name, variables));
        boolean defaultIsSet = set.stream().anyMatch(key -> key.startsWith(SettingsReader.TOKEN))
                || variables.stream().anyMatch(environment::containsKey);
        needsDefault = defaultIsSet || named.isEmpty();
    }

    /** The names of all tokens; the one behind {@code /token} comes first, and is there unless only others are. */
    List<String> all() {
        return Stream.concat(needsDefault ? Stream.of(SidecarSettings.DEFAULT_TOKEN) : Stream.empty(), named.stream())
                .toList();
    }

    Set<String> violations() {
        return violations;
    }

    /** A key may be set for another profile than the one that is active. */
    private static Set<String> setKeys(Config config) {
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

    /** The same key of the token behind {@code /token}, for one that may be set in another profile only. */
    static String unnamed(String key) {
        int end = key.startsWith(PREFIX) ? key.indexOf('.', PREFIX.length()) : -1;
        return end < 0 ? key : SettingsReader.TOKEN + key.substring(end + 1);
    }

    private void addFromKey(String property) {
        int end = property.indexOf('.', PREFIX.length());
        String name = end < 0 ? property.substring(PREFIX.length()) : property.substring(PREFIX.length(), end);
        if (name.equals(SidecarSettings.DEFAULT_TOKEN)) {
            violations.add(PREFIX + name + " is the token of /token: write " + SettingsReader.TOKEN + "* for it");
        } else if (!NAME.matcher(name).matches()) {
            violations.add(
                    PREFIX + name + " has no usable name: write up to 63 lower-case letters, digits and hyphens");
        } else {
            named.add(name);
        }
    }

    private void addFromVariable(String variable, List<String> defaults) {
        defaults.stream()
                .map(name -> name.substring(DEFAULT_VARIABLE_PREFIX.length() - 1))
                .filter(ending ->
                        variable.endsWith(ending) && variable.length() > VARIABLE_PREFIX.length() + ending.length())
                .findFirst()
                .map(ending -> variable.substring(VARIABLE_PREFIX.length(), variable.length() - ending.length()))
                .map(name -> name.toLowerCase(Locale.ROOT).replace('_', '-'))
                .ifPresent(name -> addFromKey(PREFIX + name));
    }
}

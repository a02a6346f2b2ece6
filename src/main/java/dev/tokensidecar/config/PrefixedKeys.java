package dev.tokensidecar.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * What an operator has written for the keys with one prefix, and what is wrong with it. Remembers every key it was asked
 * for, so that the known keys are the ones that are read and no others.
 */
abstract sealed class PrefixedKeys permits KeyReader {

    final Config config;
    private final String prefix;
    private final Set<String> known = new LinkedHashSet<>();
    private final Set<String> violations = new LinkedHashSet<>();
    private Map<String, String> presets = Map.of();

    PrefixedKeys(Config config, String prefix) {
        this.config = config;
        this.prefix = prefix;
    }

    String fullName(String key) {
        return prefix + key;
    }

    Set<String> known() {
        return known;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /**
     * Notes something that is wrong with the value of a key.
     *
     * @param problem what it is and what to write instead; other keys are named as <code>{}key</code>
     */
    void reject(String key, String problem) {
        violations.add(prefix + key + " " + problem.replace("{}", prefix));
    }

    /** Values, by key without prefix, for what the operator has not set. */
    void preset(Map<String, String> values) {
        presets = values;
    }

    /** Whether the operator has set the key, to something of use or not. A preset is nobody's mistake, so it is not meant. */
    boolean isSet(String key) {
        return written(key) != null || isUnresolved(key);
    }

    /** The keys of a group that the operator has set, to something of use or not. */
    List<String> setIn(String group) {
        return List.copyOf(known).stream()
                .map(key -> key.substring(prefix.length()))
                .filter(key -> key.startsWith(group) && isSet(key))
                .toList();
    }

    /** What the operator has set, else the preset; null if there is neither. */
    @Nullable String raw(String key) {
        known.add(prefix + key);
        if (isUnresolved(key)) {
            reject(key, "refers to a value that is not set: set it, or write a backslash before the dollar sign");
        }
        String text = written(key);
        return text == null ? presets.get(key) : text;
    }

    /** The text of a value without the white space around it; null if there is nothing. */
    private @Nullable String written(String key) {
        String text = config.getConfigValue(prefix + key).getValue();
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** An expression such as {@code ${API_URL}} that leads nowhere; it would otherwise pass for no value at all. */
    private boolean isUnresolved(String key) {
        ConfigValue value = config.getConfigValue(prefix + key);
        return value.getValue() == null && value.getRawValue() != null;
    }
}

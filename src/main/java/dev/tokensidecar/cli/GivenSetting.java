package dev.tokensidecar.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The value of a key of the sidecar.
 *
 * @param name the name under which it was given, for messages: a system property or an environment variable
 * @param value not blank, and without white space around it
 */
record GivenSetting(String name, String value) {

    /** A system property overrides an environment variable, even by a blank value, which counts as none. */
    static @Nullable GivenSetting find(String key, Map<String, String> environment, Map<String, String> properties) {
        String name = properties.containsKey(key) ? key : variable(key);
        String value = properties.containsKey(key) ? properties.get(key) : environment.get(name);
        return value == null || value.isBlank() ? null : new GivenSetting(name, value.strip());
    }

    /** Returns the name of the variable, by the rule of MicroProfile Config. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }
}

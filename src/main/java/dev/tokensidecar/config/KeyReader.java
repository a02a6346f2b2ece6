package dev.tokensidecar.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Reads the keys with one prefix. An unusable value does not stop it: the value becomes a violation, and the reader returns
 * the default, or null. It records every key that it reads, so the known keys are exactly those that the sidecar reads.
 */
final class KeyReader {

    /** Begins an expression. In a value without one, a dollar sign stands for itself: the framework would halve two of them. */
    private static final String EXPRESSION = "${";

    private final Config config;
    private final String prefix;
    private final Map<String, Key<?>> known = new LinkedHashMap<>();
    private final Set<String> violations = new LinkedHashSet<>();
    private final Map<String, Path> paths = new LinkedHashMap<>();
    private Map<String, String> presets = Map.of();

    KeyReader(Config config, String prefix) {
        this.config = config;
        this.prefix = prefix;
    }

    <T> @Nullable T read(OptionalKey<T> key) {
        String text = textOf(key);
        return text == null ? null : parse(key, text);
    }

    <T> T read(DefaultedKey<T> key) {
        String text = textOf(key);
        T value = text == null ? null : parse(key, text);
        return value == null ? defaultOf(key) : value;
    }

    /** Reads a key before its turn, for keys whose meaning depends on it. Does not change the order of the known keys. */
    <T> T preview(DefaultedKey<T> key) {
        boolean known = this.known.containsKey(fullName(key));
        T value = read(key);
        if (!known) {
            this.known.remove(fullName(key));
        }
        return value;
    }

    private <T> @Nullable T parse(Key<T> key, String text) {
        T value = key.type().parse(new RawValue(text, config, problem -> reject(key, problem)));
        if (value instanceof Path path) {
            paths.put(fullName(key), path.toAbsolutePath().normalize());
        }
        return value;
    }

    /** Whether the value equals the default, even if the operator has set it. */
    <T> boolean isDefault(DefaultedKey<T> key) {
        return read(key).equals(defaultOf(key));
    }

    private <T> T defaultOf(DefaultedKey<T> key) {
        Consumer<String> unusable = problem -> {
            throw new IllegalStateException("the default of " + key + " " + problem);
        };
        return Objects.requireNonNull(key.type().parse(new RawValue(key.defaultText(), config, unusable)));
    }

    String fullName(Key<?> key) {
        return prefix + key.name();
    }

    /** Returns every key that was read, by its full name, in the order of reading. */
    Map<String, Key<?>> known() {
        return known;
    }

    /** Returns every path that was read, by the full name of its key. Absolute and normalized, so paths can be compared. */
    Map<String, Path> paths() {
        return paths;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /**
     * Records a violation.
     *
     * @param problem the problem and the remedy; <code>{}</code> stands for the prefix of this reader
     */
    void reject(Key<?> key, String problem) {
        violations.add(fullName(key) + " " + problem.replace("{}", prefix));
    }

    /** Rejects durations that exceed the value of the key that limits them. */
    void checkLimits() {
        List.copyOf(known.values()).forEach(key -> {
            if (key.type() instanceof DurationRange range && range.limit() != null) {
                checkLimit(key, range.limit());
            }
        });
    }

    private void checkLimit(Key<?> key, DurationRange.Limit limit) {
        if (key instanceof DefaultedKey<?> defaulted && read(defaulted) instanceof Duration value) {
            Duration max = read(limit.key());
            if (limit.inclusive() && value.compareTo(max) > 0) {
                reject(key, "must not be more than {}" + limit.key());
            } else if (!limit.inclusive() && value.compareTo(max) >= 0) {
                reject(
                        key,
                        "(" + value.toMillis() + " ms) must be less than {}" + limit.key() + " (" + max.toMillis()
                                + " ms)");
            }
        }
    }

    /** Sets the values for keys that the operator has not set, by the name without prefix. */
    void usePresets(Map<String, String> values) {
        presets = values;
    }

    /** Records a key of whose value the sidecar has no need. */
    void note(Key<?> key) {
        known.put(fullName(key), key);
    }

    /** Returns the value for a key that the operator has not set; null for none. */
    @Nullable String preset(Key<?> key) {
        return presets.get(key.name());
    }

    /** Whether the operator has set the key, even to an unusable value. Ignores presets: they are nobody's mistake. */
    boolean isSet(Key<?> key) {
        return configured(key) != null || isUnresolved(key);
    }

    /** Returns the keys that the operator has set and whose names begin with the text. */
    List<Key<?>> configuredKeys(String start) {
        return List.copyOf(known.values()).stream()
                .filter(key -> key.name().startsWith(start) && isSet(key))
                .toList();
    }

    /** Returns what the operator has set, else the preset; null for neither. */
    private @Nullable String textOf(Key<?> key) {
        note(key);
        if (isUnresolved(key)) {
            reject(key, "refers to a value that is not set: set it, or write a backslash before the dollar sign");
        }
        String text = configured(key);
        return text == null ? preset(key) : text;
    }

    /** Returns what the operator has set, without the white space around it; null for nothing. */
    @Nullable String configured(Key<?> key) {
        ConfigValue value = config.getConfigValue(fullName(key));
        String raw = value.getRawValue();
        String text = raw == null || raw.contains(EXPRESSION) ? value.getValue() : raw.replace("\\$", "$");
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** Whether an expression such as {@code ${API_URL}} has no value. Otherwise the key would count as not set. */
    private boolean isUnresolved(Key<?> key) {
        ConfigValue value = config.getConfigValue(fullName(key));
        return value.getValue() == null && value.getRawValue() != null;
    }
}

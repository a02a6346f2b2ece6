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
 * Reads the keys with one prefix, and never stops at a bad one: a value that cannot be used becomes a violation and, for
 * the time being, the default. Remembers every key it was asked for, so that the known keys are the ones that are read
 * and no others.
 */
final class KeyReader {

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
        String text = raw(key);
        return text == null ? null : parse(key, text);
    }

    <T> T read(DefaultedKey<T> key) {
        String text = raw(key);
        T value = text == null ? null : parse(key, text);
        return value == null ? defaultOf(key) : value;
    }

    private <T> @Nullable T parse(Key<T> key, String text) {
        T value = key.type().parse(new RawValue(text, config, problem -> reject(key, problem)));
        if (value instanceof Path path) {
            paths.put(fullName(key), path.toAbsolutePath().normalize());
        }
        return value;
    }

    /** Whether the value is the default, whoever has written it. */
    <T> boolean isDefault(DefaultedKey<T> key) {
        return read(key).equals(defaultOf(key));
    }

    private <T> T defaultOf(DefaultedKey<T> key) {
        Consumer<String> impossible = problem -> {
            throw new IllegalStateException("the default of " + key + " " + problem);
        };
        return Objects.requireNonNull(key.type().parse(new RawValue(key.defaultText(), config, impossible)));
    }

    String fullName(Key<?> key) {
        return prefix + key.name();
    }

    /** Every key that was read, by its full name, in the order of reading. */
    Map<String, Key<?>> known() {
        return known;
    }

    /** Every path that was read, by the full name of its key; the same file has the same path here. */
    Map<String, Path> paths() {
        return paths;
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    /**
     * Notes something that is wrong with the value of a key.
     *
     * @param problem what it is and what to write instead; other keys are named as <code>{}key</code>
     */
    void reject(Key<?> key, String problem) {
        violations.add(fullName(key) + " " + problem.replace("{}", prefix));
    }

    /** Rejects the durations that exceed the one that limits them. */
    void checkLimits() {
        List.copyOf(known.values()).forEach(key -> {
            if (key.type() instanceof DurationRange range && range.limit() != null) {
                checkLimit(key, range.limit());
            }
        });
    }

    private void checkLimit(Key<?> key, DurationRange.Limit limit) {
        if (key instanceof DefaultedKey<?> defaulted && read(defaulted) instanceof Duration value) {
            Duration most = read(limit.key());
            if (limit.inclusive() && value.compareTo(most) > 0) {
                reject(key, "must not be more than {}" + limit.key());
            } else if (!limit.inclusive() && value.compareTo(most) >= 0) {
                reject(
                        key,
                        "(" + value.toMillis() + " ms) must be less than {}" + limit.key() + " (" + most.toMillis()
                                + " ms)");
            }
        }
    }

    /** Values, by key without prefix, for what the operator has not set. */
    void preset(Map<String, String> values) {
        presets = values;
    }

    /** Whether the operator has set the key, to something of use or not. A preset is nobody's mistake, so it is not meant. */
    boolean isSet(Key<?> key) {
        return written(key) != null || isUnresolved(key);
    }

    /** The keys of a group that the operator has set, to something of use or not. */
    List<Key<?>> setIn(String group) {
        return List.copyOf(known.values()).stream()
                .filter(key -> key.name().startsWith(group) && isSet(key))
                .toList();
    }

    /** What the operator has set, else the preset; null if there is neither. */
    private @Nullable String raw(Key<?> key) {
        known.put(fullName(key), key);
        if (isUnresolved(key)) {
            reject(key, "refers to a value that is not set: set it, or write a backslash before the dollar sign");
        }
        String text = written(key);
        return text == null ? presets.get(key.name()) : text;
    }

    /** The text of a value without the white space around it; null if there is nothing. */
    private @Nullable String written(Key<?> key) {
        String text = config.getConfigValue(fullName(key)).getValue();
        return text == null || text.isBlank() ? null : text.strip();
    }

    /** An expression such as {@code ${API_URL}} that leads nowhere; it would otherwise pass for no value at all. */
    private boolean isUnresolved(Key<?> key) {
        ConfigValue value = config.getConfigValue(fullName(key));
        return value.getValue() == null && value.getRawValue() != null;
    }
}

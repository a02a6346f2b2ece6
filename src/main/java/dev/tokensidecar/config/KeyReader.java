package dev.tokensidecar.config;

import dev.tokensidecar.config.SidecarSettings.Header;
import java.net.URI;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys and never stops at a bad one: a value that cannot be used becomes a violation and, for the time being, the
 * default.
 *
 * <p>A violation quotes numbers, durations and choices, and nothing else: a text, a path or a URL may hold a credential,
 * because somebody wrote the secret where the name of its file belongs.
 */
final class KeyReader extends PrefixedKeys {

    private static final String DURATION_HINT = "write a number with a unit, such as 500ms, 30s or 5m";

    private final Map<String, Path> paths = new LinkedHashMap<>();

    KeyReader(Config config, String prefix) {
        super(config, prefix);
    }

    @Nullable String text(String key) {
        return raw(key);
    }

    String text(String key, String defaultValue) {
        return or(raw(key), defaultValue);
    }

    List<String> list(String key) {
        String text = text(key);
        return text == null
                ? List.of()
                : Stream.of(text.split(","))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    /** Comma-separated {@code name=value} pairs, each name once. */
    Map<String, String> pairs(String key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        List<String> parts = list(key);
        for (int i = 0; i < parts.size(); i++) {
            String[] pair = parts.get(i).split("\\s*=\\s*", 2);
            if (pair.length < 2 || pair[0].isEmpty()) {
                reject(key, "cannot be used, part " + (i + 1) + " has no name: write name=value,name=value");
            } else if (pairs.put(pair[0], pair[1]) != null) {
                reject(key, "names " + pair[0] + " more than once: leave one out");
            }
        }
        return pairs;
    }

    @Nullable Path path(String key) {
        Path path = shaped(
                key,
                ValueFormats::path,
                "is no path and is not shown, since it may be the secret itself: write the path of the file,"
                        + " beginning with / or ./ and without = or +");
        if (path != null) {
            paths.put(fullName(key), path.toAbsolutePath().normalize());
        }
        return path;
    }

    /** Every path that was read, by the full name of its key; the same file has the same path here. */
    Map<String, Path> paths() {
        return paths;
    }

    @Nullable URI httpUri(String key) {
        return shaped(
                key,
                ValueFormats::httpUri,
                "cannot be used: write an absolute https URL (http only on a trusted path), such as"
                        + " https://login.example.com/path, without user name, fragment and spaces");
    }

    @Nullable Header header(String key) {
        return shaped(key, ValueFormats::header, "cannot be used: write a name and a value, such as Metadata: true");
    }

    @Nullable String owner(String key) {
        return shaped(
                key,
                ValueFormats::owner,
                "cannot be used: write a user and a group, by name or number, such as 1000:1000");
    }

    @Nullable String group(String key) {
        return shaped(key, ValueFormats::group, "cannot be used: write a group, by name or number, such as 1000");
    }

    Set<PosixFilePermission> mode(String key, String defaultValue) {
        Set<PosixFilePermission> mode =
                shaped(key, ValueFormats::mode, "cannot be used: write three octal digits, such as 0660");
        return mode == null ? ValueFormats.mode(defaultValue).orElseThrow() : mode;
    }

    private <T> @Nullable T shaped(String key, Function<String, Optional<T>> shape, String problem) {
        String text = raw(key);
        Optional<T> value = text == null ? Optional.empty() : shape.apply(text);
        if (text != null && value.isEmpty()) {
            reject(key, problem);
        }
        return value.orElse(null);
    }

    /** A duration of a millisecond or more: that is what timers count in. */
    Duration positive(String key, Duration defaultValue) {
        Duration value = duration(key, defaultValue);
        if (value.toMillis() == 0) {
            reject(key, "must be at least 1ms: " + DURATION_HINT);
            return defaultValue;
        }
        return value;
    }

    /** A duration of zero or more. */
    Duration duration(String key, Duration defaultValue) {
        Duration value = or(read(key, this::parseDuration, DURATION_HINT), defaultValue);
        if (value.isNegative() || value.compareTo(Duration.ofDays(3650)) > 0) {
            reject(key, "must be between zero and ten years: " + DURATION_HINT);
            return defaultValue;
        }
        return value;
    }

    private Duration parseDuration(String text) {
        return config.getConverter(Duration.class).orElseThrow().convert(text);
    }

    int count(String key, int least, int defaultValue) {
        return or(count(key, least), defaultValue);
    }

    /** Null if the operator leaves it to us. */
    @Nullable Integer count(String key, int least) {
        Integer value = read(key, Integer::valueOf, "write a whole number");
        if (value != null && value < least) {
            reject(key, "must be at least " + least);
        }
        return value;
    }

    int port(String key, int defaultValue) {
        int value = count(key, 1, defaultValue);
        if (value > ValueFormats.MOST_PORT) {
            reject(key, "must be at most " + ValueFormats.MOST_PORT);
        }
        return value;
    }

    double fraction(String key, double most, double defaultValue) {
        double value = or(read(key, Double::valueOf, "write a number such as 0.1"), defaultValue);
        if (!(value >= 0 && value <= most)) {
            reject(key, "must be between 0 and " + most);
        }
        return value;
    }

    /** A switch that is off by default; nothing but {@code true} turns it on. */
    boolean flag(String key) {
        return oneOf(key, Switch.class, Switch.FALSE) == Switch.TRUE;
    }

    private enum Switch {
        TRUE,
        FALSE
    }

    /** One of the constants of an enum, written in lower case. */
    <E extends Enum<E>> E oneOf(String key, Class<E> choices, E defaultValue) {
        return or(choice(key, choices, text -> text.toLowerCase(Locale.ROOT)), defaultValue);
    }

    /** One of the constants of an enum, written as they are; null if there is none. */
    <E extends Enum<E>> @Nullable E oneOf(String key, Class<E> choices) {
        return choice(key, choices, text -> text);
    }

    private <E extends Enum<E>> @Nullable E choice(String key, Class<E> choices, UnaryOperator<String> spelling) {
        String allowed = Stream.of(choices.getEnumConstants())
                .map(constant -> spelling.apply(constant.name()))
                .collect(Collectors.joining(", "));
        Function<String, E> parse = text -> Stream.of(choices.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow();
        return read(key, parse, "write one of " + allowed);
    }

    private <T> @Nullable T read(String key, Function<String, T> parse, String hint) {
        String text = raw(key);
        try {
            return text == null ? null : parse.apply(text);
        } catch (RuntimeException unusable) {
            reject(key, "= '" + text + "' cannot be used: " + hint);
            return null;
        }
    }

    private static <T> T or(@Nullable T value, T defaultValue) {
        return value == null ? defaultValue : value;
    }
}

package dev.tokensidecar.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.jspecify.annotations.Nullable;

/**
 * Reads keys and never stops at a bad one: a value that cannot be used becomes a violation and, for the time being, the
 * default. Remembers every key it was asked for, so that the known keys are the ones that are read and no others.
 */
final class KeyReader {

    private static final String DURATION_HINT = "write a number with a unit, such as 500ms, 30s or 5m";

    private final Config config;
    private final String prefix;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<String> violations = new ArrayList<>();

    KeyReader(Config config, String prefix) {
        this.config = config;
        this.prefix = prefix;
    }

    Set<String> known() {
        return known;
    }

    List<String> violations() {
        return violations;
    }

    /**
     * Notes something that is wrong with the value of a key.
     *
     * @param problem what it is and what to write instead; other keys are named as <code>{}key</code>
     */
    void reject(String key, String problem) {
        violations.add(prefix + key + " " + problem.replace("{}", prefix));
    }

    @Nullable String text(String key) {
        return read(key, Function.identity(), "write a text");
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

    /** Comma-separated {@code name=value} pairs. */
    Map<String, String> pairs(String key) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : list(key)) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                reject(key, "= '" + pair + "' cannot be used: write name=value,name=value");
            } else {
                pairs.put(
                        pair.substring(0, equals).strip(),
                        pair.substring(equals + 1).strip());
            }
        }
        return pairs;
    }

    @Nullable Path path(String key) {
        return read(key, Path::of, "write the path of a file");
    }

    @Nullable URI httpUri(String key) {
        URI uri = read(key, URI::create, "write an absolute http or https URL");
        boolean usable = uri == null
                || (uri.getHost() != null
                        && uri.getFragment() == null
                        && Set.of("http", "https").contains(uri.getScheme()));
        if (!usable) {
            reject(key, "= '" + uri + "' cannot be used: write an absolute https URL (http only on a trusted path)");
        }
        return uri;
    }

    /** A duration of more than zero. */
    Duration positive(String key, Duration defaultValue) {
        Duration value = duration(key, defaultValue);
        if (!value.isPositive()) {
            reject(key, "must be more than zero: " + DURATION_HINT);
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
        int value = or(read(key, Integer::valueOf, "write a whole number"), defaultValue);
        if (value < least) {
            reject(key, "must be at least " + least);
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

    /** One of the constants of an enum, written in lower case. */
    <E extends Enum<E>> E oneOf(String key, Class<E> choices, E defaultValue) {
        String allowed = Stream.of(choices.getEnumConstants())
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        Function<String, E> parse = text -> Enum.valueOf(choices, text.toUpperCase(Locale.ROOT));
        return or(read(key, parse, "write one of " + allowed), defaultValue);
    }

    private <T> @Nullable T read(String key, Function<String, T> parse, String hint) {
        known.add(prefix + key);
        Optional<String> value = config.getOptionalValue(prefix + key, String.class);
        try {
            return value.map(text -> parse.apply(text.strip())).orElse(null);
        } catch (RuntimeException unusable) {
            reject(key, "= '" + value.orElse("") + "' cannot be used: " + hint);
            return null;
        }
    }

    private static <T> T or(@Nullable T value, T defaultValue) {
        return value == null ? defaultValue : value;
    }
}

package dev.tokensidecar.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Parses the text of a key, or says what is wrong with it and what to write instead.
 *
 * <p>A problem quotes numbers, durations and choices only. A text, a path or a URL may hold a credential: an operator may
 * have written the secret itself in place of the name of its file.
 */
sealed interface ValueType<T>
        permits ValueType.Text,
                ValueType.Format,
                ValueType.TextList,
                ValueType.Pairs,
                ValueType.Statuses,
                ValueType.Choice,
                WholeNumber,
                Fraction,
                DurationRange {

    ValueType<String> TEXT = new Text();
    ValueType<List<String>> LIST = new TextList();
    ValueType<Map<String, String>> PAIRS = new Pairs();
    ValueType<Set<Integer>> STATUSES = new Statuses();
    ValueType<Boolean> FLAG = new Choice<>(flags());
    ValueType<Integer> PORT = new WholeNumber(1, ValueFormats.MAX_PORT);
    DurationRange DURATION = new DurationRange(false, null);

    /** At least one millisecond, because timers count in milliseconds. */
    DurationRange POSITIVE_DURATION = new DurationRange(true, null);

    /** Returns null if the text is unusable. */
    @Nullable T parse(RawValue raw);

    /** Takes the constants of an enum, spelt in lower case. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> choices) {
        return choice(choices, name -> name.toLowerCase(Locale.ROOT));
    }

    /** Takes the constants of an enum, spelt as they are. */
    static <E extends Enum<E>> ValueType<E> exactChoice(Class<E> choices) {
        return choice(choices, name -> name);
    }

    /** Takes the constants of an enum with hyphens, as keys have them. */
    static <E extends Enum<E>> ValueType<E> hyphenatedChoice(Class<E> choices) {
        return choice(choices, name -> name.toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    private static <E extends Enum<E>> ValueType<E> choice(Class<E> choices, UnaryOperator<String> spelling) {
        Map<String, E> values = new LinkedHashMap<>();
        Stream.of(choices.getEnumConstants()).forEach(value -> values.put(spelling.apply(value.name()), value));
        return new Choice<>(values);
    }

    private static Map<String, Boolean> flags() {
        Map<String, Boolean> flags = new LinkedHashMap<>();
        flags.put("true", true);
        flags.put("false", false);
        return flags;
    }

    static ValueType<Integer> wholeNumber(int min) {
        return wholeNumber(min, Integer.MAX_VALUE);
    }

    static ValueType<Integer> wholeNumber(int min, int max) {
        return new WholeNumber(min, max);
    }

    static ValueType<Double> fractionUpTo(double max) {
        return new Fraction(max);
    }

    /** Any text. */
    record Text() implements ValueType<String> {

        @Override
        public String parse(RawValue raw) {
            return raw.text();
        }
    }

    /**
     * Texts of a certain format. A problem never quotes them.
     *
     * @param described the format, in Markdown
     * @param pattern matches every usable text
     * @param convert returns empty for a text that matches but is unusable
     * @param problem the message for unusable texts, as the documents quote it
     * @param details the rest of that message
     */
    record Format<T>(
            String described, Pattern pattern, Function<String, Optional<T>> convert, String problem, String details)
            implements ValueType<T> {

        @Override
        public @Nullable T parse(RawValue raw) {
            Optional<T> value = pattern.matcher(raw.text()).matches() ? convert.apply(raw.text()) : Optional.empty();
            if (value.isEmpty()) {
                raw.reject(problem + details);
            }
            return value.orElse(null);
        }
    }

    /** Texts separated by commas. */
    record TextList() implements ValueType<List<String>> {

        @Override
        public List<String> parse(RawValue raw) {
            return parts(raw);
        }

        static List<String> parts(RawValue raw) {
            return Stream.of(raw.text().split(","))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList();
        }
    }

    /** Comma-separated {@code name=value} pairs, each name once. */
    record Pairs() implements ValueType<Map<String, String>> {

        @Override
        public Map<String, String> parse(RawValue raw) {
            Map<String, String> pairs = new LinkedHashMap<>();
            List<String> parts = TextList.parts(raw);
            for (int i = 0; i < parts.size(); i++) {
                String[] pair = parts.get(i).split("\\s*=\\s*", 2);
                if (pair.length < 2 || pair[0].isEmpty()) {
                    raw.reject("cannot be used, part " + (i + 1) + " has no name: write name=value,name=value");
                } else if (pairs.put(pair[0], pair[1]) != null) {
                    raw.reject("names " + pair[0] + " more than once: leave one out");
                }
            }
            return pairs;
        }
    }

    /** Statuses of client errors, without 408 and 429, which say nothing about a session. */
    record Statuses() implements ValueType<Set<Integer>> {

        static final String HINT = "write statuses from 400 to 499, but not 408 and 429, such as 401,403";
        private static final Pattern STATUS = Pattern.compile("(?!408|429)4\\d\\d");

        @Override
        public @Nullable Set<Integer> parse(RawValue raw) {
            List<String> statuses = TextList.parts(raw);
            if (!statuses.stream().allMatch(status -> STATUS.matcher(status).matches())) {
                raw.reject("= '" + String.join(",", statuses) + "' cannot be used: " + HINT);
                return null;
            }
            return statuses.isEmpty()
                    ? null
                    : statuses.stream().map(Integer::valueOf).collect(Collectors.toSet());
        }
    }

    /**
     * One of several words, in upper or lower case.
     *
     * @param values the values by word
     */
    record Choice<T>(Map<String, T> values) implements ValueType<T> {

        @Override
        public @Nullable T parse(RawValue raw) {
            for (Map.Entry<String, T> value : values.entrySet()) {
                if (value.getKey().equalsIgnoreCase(raw.text())) {
                    return value.getValue();
                }
            }
            raw.rejectQuoted(hint());
            return null;
        }

        String hint() {
            return "write one of " + String.join(", ", values.keySet());
        }
    }
}

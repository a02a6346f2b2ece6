package dev.tokensidecar.config;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A key with its declaration.
 *
 * @param name the full name
 * @param declaredIn the simple name of the class that declares it
 * @param paragraphs the paragraphs of its Javadoc, in Markdown
 */
record DeclaredKey(String name, Key<?> key, String declaredIn, List<String> paragraphs) {

    private static final List<DeclaredKey> DECLARED = fromSources();
    private static final List<String> LABELS = List.of("Type: ", "Default: ", "When wrong: ", "Source: ", "Change it ");

    /** Returns every key that the sidecar reads, in the order of reading. */
    static List<DeclaredKey> all() {
        return SettingsReader.declarations(Given.nothing().config()).entrySet().stream()
                .map(read -> declarationOf(read.getValue()).named(read.getKey()))
                .toList();
    }

    /** Returns the declarations of these keys of Quarkus. */
    static List<DeclaredKey> ofQuarkus(List<Key<?>> keys) {
        return keys.stream().map(DeclaredKey::declarationOf).toList();
    }

    /** Returns every key that a constant declares, even if the sidecar does not read it. */
    static List<DeclaredKey> declared() {
        return DECLARED;
    }

    /** Keys of different groups may be equal, so the very constant counts. */
    @SuppressWarnings("ReferenceEquality")
    private static DeclaredKey declarationOf(Key<?> key) {
        return DECLARED.stream()
                .filter(declared -> declared.key == key)
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException(key.name()));
    }

    private static List<DeclaredKey> fromSources() {
        List<DeclaredKey> declared = new ArrayList<>();
        DeclarationSources.read()
                .forEach((type, constants) -> constants.forEach((constant, paragraphs) -> {
                    Key<?> key = value(type, constant);
                    declared.add(new DeclaredKey(key.name(), key, type, paragraphs));
                }));
        return List.copyOf(declared);
    }

    private static Key<?> value(String type, String constant) {
        try {
            Field field = Class.forName(DeclaredKey.class.getPackageName() + "." + type)
                    .getDeclaredField(constant);
            return (Key<?>) Objects.requireNonNull(field.get(null));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private DeclaredKey named(String fullName) {
        return new DeclaredKey(fullName, key, declaredIn, paragraphs);
    }

    String variable() {
        return UnknownKeys.variable(name);
    }

    /** Returns the description: the paragraphs without a label. */
    List<String> text() {
        return paragraphs.stream()
                .filter(paragraph -> LABELS.stream().noneMatch(paragraph::startsWith))
                .toList();
    }

    /** Returns the paragraph with a label, without the label; empty if there is none. */
    String labelled(String label) {
        Predicate<String> has = paragraph -> paragraph.startsWith(label);
        return paragraphs.stream()
                .filter(has)
                .map(paragraph -> paragraph.substring(label.length()))
                .findFirst()
                .orElse("");
    }

    String type() {
        return joined("; ", description(key.type()) + bounds(), labelled("Type: "));
    }

    String defaultText() {
        String text = key instanceof DefaultedKey<?> defaulted ? defaulted.defaultText() : "";
        return text.isEmpty() ? "none" : "`" + text + "`";
    }

    private static String description(ValueType<?> type) {
        return switch (type) {
            case ValueType.Text text -> "text";
            case ValueType.Format<?> format -> format.described();
            case ValueType.TextList list -> "list";
            case ValueType.Pairs pairs -> "list of pairs";
            case ValueType.Statuses statuses -> "list of whole numbers from `400` to `499`, but not `408` and `429`";
            case ValueType.Choice<?> choice ->
                alternatives(List.copyOf(choice.values().keySet()));
            case WholeNumber number
            when number.max() == Integer.MAX_VALUE -> "whole number, at least `" + number.min() + "`";
            case WholeNumber number -> "whole number from `" + number.min() + "` to `" + number.max() + "`";
            case Fraction fraction -> "number from `0` to `" + fraction.max() + "`";
            case DurationRange range -> "duration, " + (range.positive() ? "at least `1ms`" : "`0s` or more");
        };
    }

    private static String alternatives(List<String> words) {
        List<String> quoted = words.stream().map(word -> "`" + word + "`").toList();
        return String.join(", ", quoted.subList(0, quoted.size() - 1)) + " or " + quoted.getLast();
    }

    private String bounds() {
        List<String> bounds = new ArrayList<>();
        if (key.type() instanceof DurationRange range && range.limit() != null) {
            String relation = range.limit().inclusive() ? "at most" : "less than";
            bounds.add(relation + " `" + range.limit().key() + "`");
        }
        DECLARED.stream().map(DeclaredKey::key).forEach(other -> {
            if (other.type() instanceof DurationRange range
                    && range.limit() != null
                    && range.limit().key().equals(key)) {
                bounds.add((range.limit().inclusive() ? "at least" : "more than") + " `" + other + "`");
            }
        });
        return bounds.isEmpty() ? "" : ", " + String.join(", ", bounds);
    }

    /** Returns the violations of the key's type, and those that the Javadoc adds. */
    String whenWrong() {
        String found = String.join(
                ", ", violations(key.type()).map(text -> "`" + text + "`").toList());
        String added = labelled("When wrong: ");
        return joined(added.startsWith("`") ? ", " : "; ", found, added);
    }

    private static Stream<String> violations(ValueType<?> type) {
        return switch (type) {
            case ValueType.Text text -> Stream.of();
            case ValueType.Format<?> format -> Stream.of(format.problem());
            case ValueType.TextList list -> Stream.of();
            case ValueType.Pairs pairs ->
                Stream.of(
                        "cannot be used, part … has no name: write name=value,name=value",
                        "names … more than once: leave one out");
            case ValueType.Statuses statuses -> Stream.of(unusable(ValueType.Statuses.HINT));
            case ValueType.Choice<?> choice -> Stream.of(unusable(choice.hint()));
            case WholeNumber number ->
                Stream.of(
                                unusable(WholeNumber.HINT),
                                "must be at least " + number.min(),
                                "must be at most " + number.max())
                        .filter(text -> !text.endsWith(String.valueOf(Integer.MAX_VALUE)));
            case Fraction fraction -> Stream.of(unusable(Fraction.HINT), "must be between 0 and " + fraction.max());
            case DurationRange range ->
                Stream.concat(
                        Stream.of(
                                unusable(DurationRange.HINT),
                                range.positive() ? "must be at least 1ms" : "must be between zero and ten years"),
                        Stream.ofNullable(range.limit())
                                .map(limit -> limit.inclusive() ? "must not be more than" : "must be less than"));
        };
    }

    private static String unusable(String hint) {
        return "= '…' cannot be used: " + hint;
    }

    private static String joined(String separator, String one, String other) {
        return one.isEmpty() || other.isEmpty() ? one + other : one + separator + other;
    }
}

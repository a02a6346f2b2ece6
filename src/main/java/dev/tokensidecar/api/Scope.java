package dev.tokensidecar.api;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A scope (RFC 6749 section 3.3): an unordered set of scope tokens.
 *
 * @param words the scope tokens, case-sensitive
 */
record Scope(Set<String> words) {

    static final Scope NONE = new Scope(Set.of());

    static Scope of(@Nullable String text) {
        return text == null
                ? NONE
                : new Scope(Arrays.stream(text.split(" ", -1))
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Reads a scope as servers write it: GitHub separates the scope tokens by commas. */
    static Scope ofResponse(@Nullable String text) {
        return text == null ? NONE : of(text).and(of(text.replace(',', ' ')));
    }

    Scope and(Scope other) {
        return new Scope(Stream.concat(words.stream(), other.words.stream()).collect(Collectors.toUnmodifiableSet()));
    }

    boolean isEmpty() {
        return words.isEmpty();
    }

    /** Whether this scope includes everything that the other one allows. */
    boolean covers(Scope other) {
        return words.containsAll(other.words);
    }
}

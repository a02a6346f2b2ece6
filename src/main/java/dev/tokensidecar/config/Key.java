package dev.tokensidecar.config;

/**
 * The declaration of a key. It is the only place that knows the key's name, the values that it takes and its default. The
 * sidecar reads keys by their declarations, and tests write {@code docs/configuration.md} and the JSON schema from them.
 *
 * <p>The Javadoc of the constant is the text of the key's entry in {@code docs/configuration.md}: no text is in the memory
 * of the running sidecar. Paragraphs that begin with {@code Type:}, {@code Default:} and {@code When wrong:} add to what
 * the declaration says; {@code Source:} and {@code Change it} end the entry.
 */
sealed interface Key<T> permits OptionalKey, DefaultedKey {

    /** The name without the prefix that the key shares with others, such as {@code refresh.ahead}. */
    String name();

    ValueType<T> type();

    /** Declares a key without a default. */
    static <T> OptionalKey<T> key(String name, ValueType<T> type) {
        return new OptionalKey<>(name, type);
    }
}

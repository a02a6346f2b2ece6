package dev.tokensidecar.config;

/**
 * Declares a key. Only the declaration knows the key's name, type and default. The sidecar reads keys by their declarations,
 * and tests generate {@code docs/configuration.md} and the JSON schema from them.
 *
 * <p>The Javadoc of the constant is the text of the key's entry in {@code docs/configuration.md}, so the running sidecar
 * does not hold these texts in memory. Paragraphs that begin with {@code Type:}, {@code Default:} and {@code When wrong:}
 * add to what the declaration says. {@code Source:} and {@code Change it} end the entry.
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

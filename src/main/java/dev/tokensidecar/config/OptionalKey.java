package dev.tokensidecar.config;

/** A key without a default: if the operator does not set it, it has no value. */
record OptionalKey<T>(String name, ValueType<T> type) implements Key<T> {

    /** Adds a default, as an operator would write it. */
    DefaultedKey<T> defaultsTo(String text) {
        return new DefaultedKey<>(name, type, text);
    }

    /** For lists: the default is the empty list. */
    DefaultedKey<T> emptyByDefault() {
        return defaultsTo("");
    }

    @Override
    public String toString() {
        return name;
    }
}

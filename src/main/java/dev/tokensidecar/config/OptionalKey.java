package dev.tokensidecar.config;

/** A key without a default. It has no value unless the operator sets it. */
record OptionalKey<T>(String name, ValueType<T> type) implements Key<T> {

    /** Adds a default, as an operator writes it. */
    DefaultedKey<T> defaultsTo(String text) {
        return new DefaultedKey<>(name, type, text);
    }

    /** Adds the empty list as the default. */
    DefaultedKey<T> emptyByDefault() {
        return defaultsTo("");
    }

    @Override
    public String toString() {
        return name;
    }
}

package dev.tokensidecar.config;

/**
 * A key that always has a value.
 *
 * @param defaultText the default, as an operator writes it; empty for an empty list
 */
record DefaultedKey<T>(String name, ValueType<T> type, String defaultText) implements Key<T> {

    @Override
    public String toString() {
        return name;
    }
}

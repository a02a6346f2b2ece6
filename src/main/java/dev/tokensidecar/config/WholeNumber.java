package dev.tokensidecar.config;

import org.jspecify.annotations.Nullable;

/** A whole number within bounds, both included. */
record WholeNumber(int min, int max) implements ValueType<Integer> {

    static final String HINT = "write a whole number";

    @Override
    public @Nullable Integer parse(RawValue raw) {
        try {
            int number = Integer.parseInt(raw.text());
            if (number < min) {
                raw.reject("must be at least " + min);
            } else if (number > max) {
                raw.reject("must be at most " + max);
            }
            return number;
        } catch (NumberFormatException malformed) {
            raw.rejectQuoted(HINT);
            return null;
        }
    }
}

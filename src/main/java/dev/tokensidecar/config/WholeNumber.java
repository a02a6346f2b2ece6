package dev.tokensidecar.config;

import org.jspecify.annotations.Nullable;

/** A whole number within bounds, both of which belong to them. */
record WholeNumber(int least, int most) implements ValueType<Integer> {

    static final String HINT = "write a whole number";

    @Override
    public @Nullable Integer parse(RawValue raw) {
        try {
            int number = Integer.parseInt(raw.text());
            if (number < least) {
                raw.reject("must be at least " + least);
            } else if (number > most) {
                raw.reject("must be at most " + most);
            }
            return number;
        } catch (NumberFormatException none) {
            raw.rejectQuoted(HINT);
            return null;
        }
    }
}

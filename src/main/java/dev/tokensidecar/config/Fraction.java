package dev.tokensidecar.config;

import org.jspecify.annotations.Nullable;

/** A number from zero to a maximum, both included. */
record Fraction(double max) implements ValueType<Double> {

    static final String HINT = "write a number such as 0.1";

    @Override
    public @Nullable Double parse(RawValue raw) {
        try {
            double number = Double.parseDouble(raw.text());
            if (!(number >= 0 && number <= max)) {
                raw.reject("must be between 0 and " + max);
            }
            return number;
        } catch (NumberFormatException malformed) {
            raw.rejectQuoted(HINT);
            return null;
        }
    }
}

package dev.tokensidecar.config;

import org.jspecify.annotations.Nullable;

/** A number from zero to a bound. */
record Fraction(double most) implements ValueType<Double> {

    static final String HINT = "write a number such as 0.1";

    @Override
    public @Nullable Double parse(RawValue raw) {
        try {
            double number = Double.parseDouble(raw.text());
            if (!(number >= 0 && number <= most)) {
                raw.reject("must be between 0 and " + most);
            }
            return number;
        } catch (NumberFormatException none) {
            raw.rejectQuoted(HINT);
            return null;
        }
    }
}

package dev.tokensidecar.bench;

import java.util.Locale;

/** Formats numbers for the report. */
final class Numbers {

    private Numbers() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    static String oneDecimal(double number) {
        return String.format(Locale.ROOT, "%,.1f", number);
    }

    static String twoDecimals(double number) {
        return String.format(Locale.ROOT, "%,.2f", number);
    }

    /** Formats a share of one with three decimals. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.3f %%", 100 * share);
    }

    static String factor(double ratio) {
        return twoDecimals(ratio) + " x";
    }
}

package dev.tokensidecar.bench;

import java.util.Locale;

/** Numbers as the report writes them. */
final class Text {

    private Text() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    static String one(double number) {
        return String.format(Locale.ROOT, "%,.1f", number);
    }

    static String two(double number) {
        return String.format(Locale.ROOT, "%,.2f", number);
    }

    /** With a sensible number of digits for a share of something. */
    static String percent(double part) {
        return String.format(Locale.ROOT, "%.3f %%", 100 * part);
    }

    static String times(double ratio) {
        return two(ratio) + " x";
    }
}

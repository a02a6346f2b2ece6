package dev.tokensidecar.testing.http;

/** Writes quoted strings as RFC 9110 section 5.6.4 has them. */
public final class QuotedString {

    private QuotedString() {}

    public static String of(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

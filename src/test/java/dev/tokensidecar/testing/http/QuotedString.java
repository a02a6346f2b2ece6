package dev.tokensidecar.testing.http;

/** Writes quoted strings (RFC 9110 section 5.6.4). */
public final class QuotedString {

    private QuotedString() {}

    public static String of(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

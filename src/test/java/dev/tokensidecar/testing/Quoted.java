package dev.tokensidecar.testing;

/** Writes quoted strings as RFC 9110 section 5.6.4 has them. */
public final class Quoted {

    private Quoted() {}

    public static String string(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

package dev.tokensidecar.api;

/** Writes quoted strings as RFC 9110 section 5.6.4 has them. */
final class Quoted {

    private Quoted() {}

    static String string(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

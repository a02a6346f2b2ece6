package dev.tokensidecar.ingress;

import java.util.regex.Pattern;

/** The syntax of percent-encoded text (RFC 3986 section 2.1). */
public final class PercentEncoding {

    private static final Pattern BROKEN = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private PercentEncoding() {}

    /** Whether each percent sign begins an escape. */
    public static boolean isWellFormed(String text) {
        return text.indexOf('%') < 0 || !BROKEN.matcher(text).find();
    }
}

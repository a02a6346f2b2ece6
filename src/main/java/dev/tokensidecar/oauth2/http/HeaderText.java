package dev.tokensidecar.oauth2.http;

import java.util.regex.Pattern;

/** Checks which text an HTTP header can carry. */
public final class HeaderText {

    /** RFC 6749 appendix A.12 and A.17 require the same of tokens. Anything else could break out of the header. */
    private static final Pattern SAFE = Pattern.compile("[\\x20-\\x7e]+");

    private HeaderText() {}

    /** Whether the text is a legal header value. */
    public static boolean fits(String text) {
        return SAFE.matcher(text).matches();
    }
}

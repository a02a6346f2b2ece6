package dev.tokensidecar.oauth2;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads URIs from a server, which people see and browsers open. */
final class UriText {

    /** RFC 3986 allows no other characters. Java does, and some of them reverse the text of a line. */
    private static final Pattern CHARACTERS = Pattern.compile("[\\w.~:/?#\\[\\]@!$&'()*+,;=%-]+");

    private UriText() {}

    /** Returns the URI; null if the text is none. */
    static @Nullable URI read(@Nullable String text) {
        try {
            return text != null && CHARACTERS.matcher(text).matches() ? new URI(text) : null;
        } catch (URISyntaxException invalid) {
            return null;
        }
    }
}

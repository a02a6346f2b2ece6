package dev.tokensidecar.forward;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for (RFC 9112 section 3.2), as it was written: nothing is decoded on the way, so that API and caller
 * speak of the same thing. What different servers read differently is not passed on.
 */
final class RequestTarget {

    /** The characters of RFC 3986 section 2, and some that clients leave as they are all the same. */
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e&&[^\"#<>\\\\]]*");

    /** A segment that stands for another one, however it is written: {@code .}, {@code ..}, {@code %2e%2E}. */
    private static final Pattern DOTS = Pattern.compile("(?:^|/|%2f|%5c)(?:\\.|%2e){1,2}(?:$|/|%2f|%5c)");

    private RequestTarget() {}

    /** Why it is not passed on; null if it is. */
    static @Nullable String objection(String uri) {
        if (!PRINTABLE.matcher(uri).matches()) {
            return "the request target has a character that no URI has (RFC 3986): encode it as %XX";
        }
        return DOTS.matcher(path(uri).toLowerCase(Locale.ROOT)).find()
                ? "the path has a segment . or .., which could lead out of the target: resolve it before"
                : null;
    }

    static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /**
     * What follows a prefix of the path, with the query.
     *
     * @param prefix begins with a slash and ends without one; empty for every path
     * @return null if the path does not begin with it
     */
    static @Nullable String below(String prefix, String uri) {
        if (!uri.startsWith(prefix)) {
            return null;
        }
        String rest = uri.substring(prefix.length());
        return rest.isEmpty() || rest.charAt(0) == '/' || rest.charAt(0) == '?' ? rest : null;
    }
}

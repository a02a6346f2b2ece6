package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.PercentEncoding;
import java.text.Normalizer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks the request target of a caller (RFC 9112 section 3.2). The sidecar forwards it as it was written, so that API
 * and caller mean the same resource. It decodes a target only to check it, and rejects one that some server may read as
 * a path outside the configured target.
 */
final class RequestTarget {

    /** The characters of RFC 3986 section 2, and some that clients send unencoded nevertheless. */
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e&&[^\"#<>\\\\]]*");

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

    private static final Pattern SEPARATOR = Pattern.compile("[/\\\\]");

    /** Where some servers truncate a segment: at parameters, or, if they decode first, at a query or fragment. */
    private static final Pattern PARAMETERS = Pattern.compile("[;?#].*");

    /** A dot, a slash, a backslash, or the beginning of an overlong form of one, when it is decoded once more. */
    private static final Pattern ENCODED_TWICE =
            Pattern.compile("(?i)%(?:25)*(?:2e|2f|5c|c[01]|e0%(?:25)*[89]|f0%(?:25)*8)");

    private static final int MOST_ASCII = 0x7f;

    private RequestTarget() {}

    /** Returns why the sidecar does not forward the target; null if it does. */
    static @Nullable String violation(String uri) {
        if (!PRINTABLE.matcher(uri).matches()) {
            return "the request target has a character that a URI must not have (RFC 3986): encode it as %XX";
        }
        String path = path(uri);
        if (!PercentEncoding.isWellFormed(path)) {
            return "the path has a % that does not begin an escape %XX: encode it as %25";
        }
        String decoded = PercentEncoded.decode(path);
        if (decoded == null) {
            return "the path is not UTF-8 when it is decoded (RFC 3629)";
        }
        return ENCODED_TWICE.matcher(decoded).find()
                ? "the path has a dot or a slash that was encoded twice"
                : violationInDecoded(decoded);
    }

    /** Checks the path at every depth of decoding. */
    private static @Nullable String violationInDecoded(String path) {
        if (CONTROL.matcher(path).find()) {
            return "the path has an encoded control character";
        }
        if (hasDotSegment(path)) {
            return "the path has a segment . or .., which could lead out of the target: resolve it first";
        }
        return PercentEncoded.isEncoded(path) ? violationInDecoded(PercentEncoded.decodeLeniently(path)) : null;
    }

    /** Normalizes first: some servers treat the compatibility forms of Unicode like the ASCII characters. */
    private static boolean hasDotSegment(String path) {
        String plain =
                path.chars().allMatch(c -> c <= MOST_ASCII) ? path : Normalizer.normalize(path, Normalizer.Form.NFKC);
        return Stream.of(SEPARATOR.split(plain))
                .map(segment -> PARAMETERS.matcher(segment).replaceFirst("").strip())
                .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /**
     * Returns the part of the target after a path prefix, with the query.
     *
     * @param prefix begins with a slash and ends without one; empty for every path
     * @return null if the path does not begin with the prefix
     */
    static @Nullable String below(String prefix, String uri) {
        if (!uri.startsWith(prefix)) {
            return null;
        }
        String rest = uri.substring(prefix.length());
        return rest.isEmpty() || rest.charAt(0) == '/' || rest.charAt(0) == '?' ? rest : null;
    }
}

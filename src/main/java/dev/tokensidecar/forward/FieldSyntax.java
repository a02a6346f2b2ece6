package dev.tokensidecar.forward;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/** Decides which header sections the sidecar forwards, in either direction (RFC 9110 section 5). */
final class FieldSyntax {

    private static final String TOKEN_SYMBOLS = "!#$%&'*+-.^_`|~";

    /** The memory that the objects of a field take besides its characters. */
    private static final int FIELD_OVERHEAD_BYTES = 128;

    /** The number of digits that always fits into a long. */
    private static final int MAX_DIGITS = 18;

    private FieldSyntax() {}

    /** Whether every name is a token, no value has a control character, and at most one length is given. */
    static boolean isWellFormed(MultiMap fields) {
        for (Map.Entry<String, String> field : fields) {
            if (!isToken(field.getKey()) || !isText(field.getValue())) {
                return false;
            }
        }
        List<String> lengths = fields.getAll(HttpHeaders.CONTENT_LENGTH);
        return lengths.isEmpty() || (lengths.size() == 1 && isNumber(lengths.getFirst()));
    }

    /** Estimates the memory of the fields, in bytes. */
    static long memoryBytes(MultiMap fields) {
        long bytes = 0;
        for (Map.Entry<String, String> field : fields) {
            bytes += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD_BYTES;
        }
        return bytes;
    }

    /** RFC 9110 section 5.6.2. */
    static boolean isToken(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> isDigit(c) || isLetter(c) || TOKEN_SYMBOLS.indexOf(c) >= 0);
    }

    /** Whether this may be a field value or a reason phrase (RFC 9110 section 5.5, RFC 9112 section 4); a tab is white space. */
    static boolean isText(String text) {
        return text.chars().allMatch(c -> (c >= ' ' && c != 0x7f) || c == '\t');
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= MAX_DIGITS && text.chars().allMatch(FieldSyntax::isDigit);
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}

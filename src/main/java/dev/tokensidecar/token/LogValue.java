package dev.tokensidecar.token;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Formats the values of {@code key=value} fields in log lines, as logfmt does. A text stays one value on one line, whatever
 * it contains: a server, a file or a caller that sends quotes, line ends or another {@code key=} cannot add a field or a
 * line. Every value in every log statement is formatted here.
 */
public final class LogValue {

    /** A text that needs no quotes. A space would end the value, and an equals sign would make a key of it. */
    private static final Pattern BARE = Pattern.compile("[!-~&&[^\"=\\\\]]+");

    private LogValue() {}

    /** Returns the text unchanged if that is unambiguous, else in double quotes with backslash escapes as in JSON. */
    public static String of(@Nullable Object value) {
        String text = String.valueOf(value);
        if (BARE.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder(text.length() + 16).append('"');
        text.chars().forEach(character -> append(quoted, (char) character));
        return quoted.append('"').toString();
    }

    private static void append(StringBuilder quoted, char character) {
        switch (character) {
            case '"', '\\' -> quoted.append('\\').append(character);
            case '\n' -> quoted.append("\\n");
            case '\r' -> quoted.append("\\r");
            case '\t' -> quoted.append("\\t");
            default -> {
                if (!InvisibleCharacter.isUnprintable(character)) {
                    quoted.append(character);
                } else {
                    quoted.append("\\u%04x".formatted((int) character));
                }
            }
        }
    }
}

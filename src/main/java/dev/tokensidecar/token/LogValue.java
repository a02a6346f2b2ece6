package dev.tokensidecar.token;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The values of {@code key=value} fields in log lines, in the manner of logfmt. Whatever a text holds, it stays one value
 * on one line: a server, a file or a caller that writes quotes, line ends or another {@code key=} cannot add a field or a
 * line of its own. Every value in every log statement goes through here.
 */
public final class LogValue {

    /** Needs no quotes. A space ends a value, and an equals sign makes a key of what is before it. */
    private static final Pattern BARE = Pattern.compile("[!-~&&[^\"=\\\\]]+");

    private LogValue() {}

    /** The text as it is if that is unambiguous, else in double quotes, with backslash escapes as in JSON. */
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
                if (isPlain(character)) {
                    quoted.append(character);
                } else {
                    quoted.append("\\u%04x".formatted((int) character));
                }
            }
        }
    }

    /** Not so: what moves the cursor, ends a line, turns the direction of writing around, or is half a character. */
    private static boolean isPlain(char character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}

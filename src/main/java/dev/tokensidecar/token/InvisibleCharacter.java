package dev.tokensidecar.token;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds characters that no credential has and that nobody sees: editors and web pages leave a byte order mark, a zero-width
 * space or a no-break space in a copied secret.
 */
public final class InvisibleCharacter {

    private static final int BYTE_ORDER_MARK = 0xfeff;
    private static final int NO_BREAK_SPACE = 0xa0;

    private InvisibleCharacter() {}

    /** Returns a text without the byte order mark with which some editors begin a file, and some servers a body. */
    public static String withoutByteOrderMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    /** Returns code and position of the first invisible character, as in "U+200B at position 3", without the text itself. */
    public static Optional<String> in(String text) {
        int[] characters = text.codePoints().toArray();
        return IntStream.range(0, characters.length)
                .filter(at -> isInvisible(characters[at]))
                .mapToObj(at -> "U+%04X at position %d".formatted(characters[at], at + 1))
                .findFirst();
    }

    private static boolean isInvisible(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL -> character != '\t';
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> character == NO_BREAK_SPACE;
        };
    }
}

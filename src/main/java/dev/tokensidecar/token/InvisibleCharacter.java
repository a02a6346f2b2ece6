package dev.tokensidecar.token;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Characters that nobody sees. No credential has them: editors and web pages leave a byte order mark, a zero-width space or a
 * no-break space in a copied secret. No line for people may have them: they move the cursor, or change what a line says.
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
        return character == NO_BREAK_SPACE || (character != '\t' && controls(character));
    }

    /** Returns a text for people: one space stands for each run of characters that are {@link #isUnprintable}. */
    public static String replacedBySpaces(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        boolean replaced = false;
        for (int character : text.codePoints().toArray()) {
            boolean unprintable = isUnprintable(character);
            if (!unprintable) {
                printable.appendCodePoint(character);
            } else if (!replaced) {
                printable.append(' ');
            }
            replaced = unprintable;
        }
        return printable.toString();
    }

    /**
     * Whether a line for people must not have this character: it moves the cursor, ends the line, changes the writing
     * direction, means something else to each reader, or is half a character.
     */
    static boolean isUnprintable(int character) {
        return switch (Character.getType(character)) {
            case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> true;
            default -> controls(character);
        };
    }

    /** The control characters of ASCII, those of ISO 8859 (U+0080 to U+009F), and those of Unicode. */
    private static boolean controls(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}

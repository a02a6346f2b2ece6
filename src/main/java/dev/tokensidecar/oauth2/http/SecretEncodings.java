package dev.tokensidecar.oauth2.http;

import dev.tokensidecar.token.Secret;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * A credential in every form that an encoder can produce: each character as it is, or percent-encoded (RFC 3986
 * section 2.1), a space also as a plus sign. Encoders differ in the characters that they encode and in the case of the
 * hex digits.
 */
final class SecretEncodings {

    /** A shorter secret may be part of a word by chance. */
    private static final int MIN_LENGTH_WITHIN_WORD = 8;

    private final String text;
    private final List<EncodedCharacter> characters;

    SecretEncodings(Secret secret) {
        this.text = secret.reveal();
        this.characters = text.codePoints().mapToObj(EncodedCharacter::of).toList();
    }

    private record EncodedCharacter(int codePoint, String encoded) {

        static EncodedCharacter of(int codePoint) {
            byte[] octets = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            return new EncodedCharacter(
                    codePoint, HexFormat.of().withPrefix("%").formatHex(octets));
        }

        /** Returns how many characters of the text, from {@code at} on, encode this character; zero if none do. */
        int length(String in, int at) {
            if (in.charAt(at) == '%' && in.regionMatches(true, at, encoded, 0, encoded.length())) {
                return encoded.length();
            }
            if (in.codePointAt(at) == codePoint) {
                return Character.charCount(codePoint);
            }
            return codePoint == ' ' && in.charAt(at) == '+' ? 1 : 0;
        }
    }

    /** Whether the word is this credential, or contains it and not by chance. */
    boolean occursIn(String word) {
        String rest = replace(word, "");
        return rest.isEmpty() || (text.length() >= MIN_LENGTH_WITHIN_WORD && !rest.equals(word));
    }

    /** Returns the text with the credential replaced. */
    String replace(String in, String replacement) {
        String literal = in.replace(text, replacement);
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < literal.length()) {
            int length = length(literal, at);
            if (length == 0) {
                out.append(literal.charAt(at));
                at++;
            } else {
                out.append(replacement);
                at += length;
            }
        }
        return out.toString();
    }

    private int length(String in, int from) {
        int at = from;
        for (EncodedCharacter character : characters) {
            int length = at < in.length() ? character.length(in, at) : 0;
            if (length == 0) {
                return 0;
            }
            at += length;
        }
        return at - from;
    }
}

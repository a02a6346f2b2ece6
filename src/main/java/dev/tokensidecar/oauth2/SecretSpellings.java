package dev.tokensidecar.oauth2;

import dev.tokensidecar.token.Secret;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * A credential in every spelling that an encoder may give it: a character as it is, or percent-encoded (RFC 3986 section
 * 2.1), a space also as a plus sign. Encoders agree neither on which characters they leave nor on the case of the digits.
 */
final class SecretSpellings {

    /** A shorter one may be a part of any word. */
    private static final int SHORTEST_TELLING = 8;

    private final String text;
    private final List<Spelling> characters;

    SecretSpellings(Secret secret) {
        this.text = secret.reveal();
        this.characters = text.codePoints().mapToObj(Spelling::of).toList();
    }

    private record Spelling(int codePoint, String encoded) {

        static Spelling of(int codePoint) {
            byte[] octets = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            return new Spelling(codePoint, HexFormat.of().withPrefix("%").formatHex(octets));
        }

        /** How many characters of the text, from there on, spell this one; zero if they do not. */
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

    /** Whether a word is this credential, or has it as a part and not by chance. */
    boolean showsIn(String word) {
        String rest = replace(word, "");
        return rest.isEmpty() || (text.length() >= SHORTEST_TELLING && !rest.equals(word));
    }

    /** The text with something else in place of the credential. */
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
        for (Spelling character : characters) {
            int length = at < in.length() ? character.length(in, at) : 0;
            if (length == 0) {
                return 0;
            }
            at += length;
        }
        return at - from;
    }
}

package dev.tokensidecar.forward;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Percent-encoded text (RFC 3986 section 2.1). */
final class PercentEncoded {

    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

    private PercentEncoded() {}

    static boolean isEncoded(String text) {
        return ESCAPE.matcher(text).find();
    }

    /**
     * Decodes each escape once. Keeps percent signs that begin none.
     *
     * @return null if the result is not UTF-8; overlong forms are not (RFC 3629 section 3)
     */
    static @Nullable String decode(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes(text)))
                    .toString();
        } catch (CharacterCodingException noUtf8) {
            return null;
        }
    }

    /** Decodes likewise, with a replacement character for every byte that is not UTF-8. */
    static String decodeLeniently(String text) {
        return new String(bytes(text), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int value = bytes[i] == '%' && i + 2 < bytes.length ? hex(bytes[i + 1], bytes[i + 2]) : -1;
            decoded.write(value < 0 ? bytes[i] : value);
            i += value < 0 ? 0 : 2;
        }
        return decoded.toByteArray();
    }

    private static int hex(byte high, byte low) {
        int first = Character.digit(high, 16);
        int second = Character.digit(low, 16);
        return first < 0 || second < 0 ? -1 : first * 16 + second;
    }
}

package dev.tokensidecar.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.stream.Stream;

/** Fuzzes a path: no server, however leniently it decodes, reads a forwarded path as one outside the target. */
public final class RequestTargetFuzz {

    private static final int DECODINGS = 4;

    private RequestTargetFuzz() {}

    /** Called by the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String path = RequestTarget.path("/" + new String(input, ISO_8859_1));
        if (RequestTarget.violation(path) != null) {
            return;
        }
        byte[] read = path.getBytes(ISO_8859_1);
        for (int decoding = 0; decoding <= DECODINGS; decoding++) {
            String text = new String(read, ISO_8859_1);
            assertThat(Stream.of(text.split("[/\\\\]", -1)).map(segment -> segment.replaceFirst("[;?#\\x00].*", "")))
                    .as("decoded %d times", decoding)
                    .doesNotContain("..", ".");
            assertThat(text).doesNotContainPattern("[\\x00-\\x1f\\x7f]");
            read = decodeOverlong(decoded(read));
        }
    }

    private static byte[] decoded(byte[] text) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int i = 0; i < text.length; i++) {
            boolean escape = text[i] == '%'
                    && i + 2 < text.length
                    && Character.digit(text[i + 1], 16) >= 0
                    && Character.digit(text[i + 2], 16) >= 0;
            decoded.write(escape ? Integer.parseInt(new String(text, i + 1, 2, ISO_8859_1), 16) : text[i]);
            i += escape ? 2 : 0;
        }
        return decoded.toByteArray();
    }

    /** Replaces overlong forms of two bytes with their ASCII characters. */
    private static byte[] decodeOverlong(byte[] text) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (int i = 0; i < text.length; i++) {
            boolean overlong = (text[i] & 0xfe) == 0xc0 && i + 1 < text.length && (text[i + 1] & 0xc0) == 0x80;
            read.write(overlong ? ((text[i] & 1) << 6) | (text[i + 1] & 0x3f) : text[i]);
            i += overlong ? 1 : 0;
        }
        return read.toByteArray();
    }
}

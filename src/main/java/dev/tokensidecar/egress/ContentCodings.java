package dev.tokensidecar.egress;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Decodes the body of a response (RFC 9110 section 8.4), within a limit. */
public final class ContentCodings {

    /** The compression method in the header of the zlib format (RFC 1950 section 2.2). */
    private static final int ZLIB_METHOD = 8;

    /** The header, as a number, is a multiple of this. */
    private static final int ZLIB_CHECK = 31;

    /** More are an attack on whoever decodes them. */
    private static final int MAX_CODINGS = 3;

    /** The registered codings that the sidecar does not decode. Any other name is a mistake for none. */
    private static final Set<String> UNSUPPORTED =
            Set.of("br", "zstd", "compress", "x-compress", "dcb", "dcz", "aes128gcm", "exi", "pack200-gzip");

    private ContentCodings() {}

    /**
     * Returns the decoded body, or its beginning if it is longer than the limit or breaks off.
     *
     * @param codings the field {@code Content-Encoding}; null if there is none
     * @return null if it has another coding than gzip and deflate, or too many
     */
    public static byte @Nullable [] decode(byte[] body, @Nullable String codings, int maxBytes) {
        byte[] decoded = body;
        List<String> stated = inOrderOfDecoding(codings);
        if (stated.size() > MAX_CODINGS) {
            return null;
        }
        for (String coding : stated.isEmpty() && isGzip(body) ? List.of("gzip") : stated) {
            switch (coding) {
                case "gzip", "x-gzip" -> decoded = read(decoded, GZIPInputStream::new, maxBytes);
                case "deflate" -> decoded = inflate(decoded, maxBytes);
                default -> {
                    if (UNSUPPORTED.contains(coding)) {
                        return null;
                    }
                }
            }
        }
        return decoded;
    }

    /** A proxy may have removed the name of the coding. No JSON document begins like this (RFC 1952 section 2.3.1). */
    private static boolean isGzip(byte[] body) {
        return body.length > 1 && body[0] == (byte) 0x1f && body[1] == (byte) 0x8b;
    }

    private static List<String> inOrderOfDecoding(@Nullable String codings) {
        return codings == null
                ? List.of()
                : Stream.of(codings.split(",", -1))
                        .map(coding -> coding.strip().toLowerCase(Locale.ROOT))
                        .filter(coding -> !coding.isEmpty())
                        .toList()
                        .reversed();
    }

    /** Some servers send the bare format without the header of zlib. */
    private static byte[] inflate(byte[] body, int maxBytes) {
        boolean zlib = body.length > 1
                && (body[0] & 0x0f) == ZLIB_METHOD
                && ByteBuffer.wrap(body).getChar() % ZLIB_CHECK == 0;
        Inflater inflater = new Inflater(!zlib);
        try {
            return read(body, in -> new InflaterInputStream(in, inflater), maxBytes);
        } finally {
            inflater.end();
        }
    }

    private interface Opener {
        InputStream open(InputStream in) throws IOException;
    }

    /** A body that decodes to a multiple of the limit takes no more memory than one at the limit. */
    private static byte[] read(byte[] body, Opener opener, int maxBytes) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 * 1024];
        try (InputStream in = opener.open(new ByteArrayInputStream(body))) {
            int count = in.read(buffer);
            while (count >= 0 && decoded.size() <= maxBytes) {
                decoded.write(buffer, 0, Math.min(count, maxBytes + 1 - decoded.size()));
                count = in.read(buffer);
            }
        } catch (IOException brokenOff) {
            // the reader of the body sees that it is incomplete
        }
        return decoded.toByteArray();
    }
}

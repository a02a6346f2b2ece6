package dev.tokensidecar.oauth2.keys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Wraps a private key in PKCS#8, the format that the JDK reads (RFC 5208 section 5): version, algorithm, and the
 * unchanged key.
 */
final class Pkcs8 {

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final int CURVE = 0xa0;

    /** The largest length that fits into one octet. Further octets encode a larger one. */
    private static final int MAX_SHORT_LENGTH = 0x7f;

    private static final byte[] VERSION = HexFormat.of().parseHex("020100");
    private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Pkcs8() {}

    /** {@code RSA PRIVATE KEY} (RFC 8017 appendix A.1.2). */
    static byte[] ofPkcs1(byte[] key) {
        return envelope(RSA, key);
    }

    /** {@code EC PRIVATE KEY} (RFC 5915 section 3). The field with tag 0 names its curve. */
    static byte[] ofSec1(byte[] key) {
        ByteBuffer fields = content(ByteBuffer.wrap(key));
        while (fields.hasRemaining()) {
            int tag = Byte.toUnsignedInt(fields.get(fields.position()));
            ByteBuffer field = content(fields);
            if (tag == CURVE) {
                byte[] curve = new byte[field.remaining()];
                field.get(curve);
                return envelope(joined(EC, curve), key);
            }
        }
        throw new IllegalArgumentException("the key names no curve");
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, joined(VERSION, element(SEQUENCE, algorithm), element(OCTET_STRING, key)));
    }

    /** Returns the content of the next element, and moves past it. */
    private static ByteBuffer content(ByteBuffer in) {
        var unused = in.get();
        int length = Byte.toUnsignedInt(in.get());
        if (length > MAX_SHORT_LENGTH) {
            int octets = length & MAX_SHORT_LENGTH;
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << Byte.SIZE | Byte.toUnsignedInt(in.get());
            }
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    /** Encodes an element, its length in as few octets as possible (X.690 section 10.1). */
    private static byte[] element(int tag, byte[] content) {
        int length = content.length;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        if (length > MAX_SHORT_LENGTH) {
            out.write(length > 0xff ? 0x82 : 0x81);
        }
        if (length > 0xff) {
            out.write(length >> Byte.SIZE);
        }
        out.write(length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}

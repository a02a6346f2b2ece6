package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;

/**
 * Follows the frames of an HTTP/2 connection (RFC 9113 section 4.1), to know how many bytes the decoder holds: those of an
 * unfinished frame, and those of a field section that further frames continue (section 4.3).
 */
final class Http2FrameMeter {

    private static final int HEADER_BYTES = 9;
    private static final int LENGTH_BYTES = 3;
    private static final int FLAGS_AT = 4;
    private static final int HEADERS = 0x1;
    private static final int CONTINUATION = 0x9;
    private static final int END_HEADERS = 0x4;
    private static final int BYTE = 8;

    private final int[] header = new int[HEADER_BYTES];
    private int headerBytes;
    private int frameBytes;
    private int missingBytes;
    private int sectionBytes;
    private boolean insideSection;

    /** Starts with the preface, which is no frame. */
    Http2FrameMeter() {
        headerBytes = HEADER_BYTES;
        missingBytes = Http2Preface.BYTES;
    }

    /** Whether the field section of a request has begun and not ended. */
    boolean isInsideSection() {
        return insideSection;
    }

    /** Returns the bytes of an unfinished frame and of an unfinished field section. */
    int heldBytes() {
        return frameBytes + sectionBytes;
    }

    /** Reads the bytes without consuming them. */
    void read(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            if (headerBytes < HEADER_BYTES) {
                header[headerBytes] = bytes.getUnsignedByte(at);
                headerBytes++;
                at++;
                beginPayload();
            } else {
                int length = Math.min(missingBytes, bytes.writerIndex() - at);
                missingBytes -= length;
                frameBytes += length;
                at += length;
            }
            if (headerBytes == HEADER_BYTES && missingBytes == 0) {
                endFrame();
            }
        }
    }

    private void beginPayload() {
        if (headerBytes == HEADER_BYTES) {
            for (int i = 0; i < LENGTH_BYTES; i++) {
                missingBytes = missingBytes << BYTE | header[i];
            }
        }
        insideSection |= headerBytes > LENGTH_BYTES && header[LENGTH_BYTES] == HEADERS;
    }

    private void endFrame() {
        int type = header[LENGTH_BYTES];
        if (type == HEADERS || type == CONTINUATION) {
            insideSection = (header[FLAGS_AT] & END_HEADERS) == 0;
            sectionBytes = insideSection ? sectionBytes + frameBytes : 0;
        }
        headerBytes = 0;
        frameBytes = 0;
    }
}

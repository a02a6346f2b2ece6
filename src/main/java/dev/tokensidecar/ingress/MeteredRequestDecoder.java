package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Extends the decoder of Vert.x: reports its position within a message and the size of an unfinished head, and limits
 * the number of header fields, because a field of six bytes takes twenty times as much memory.
 */
final class MeteredRequestDecoder extends VertxHttpRequestDecoder {

    /** The same limit as Envoy and Apache. */
    static final int MAX_FIELDS = 100;

    private static final int REQUEST_LINES = 1;

    /** The memory that a field takes besides its bytes. */
    private static final int FIELD_OVERHEAD_BYTES = 128;

    /** The decoder sees trailers in portions of this size, because it creates fields of everything that it sees. */
    private static final int TRAILER_PORTION_BYTES = 512;

    /** A head of at most this many bytes cannot have too many fields. */
    private static final int SHORT_HEAD_BYTES = 4 * MAX_FIELDS;

    /**
     * Netty copies each line into a buffer, which grows to the longest line and lives as long as the decoder. A decoder with a
     * larger one than this is replaced after the request.
     */
    private static final int LINE_BUFFER_BYTES = 1024;

    private final HttpServerOptions options;
    private final Http1CallerConnection connection;
    private final boolean bodies;
    private final int maxHeadBytes;
    private int lineBufferBytes;
    private int headBytes;
    private int headLines;
    private boolean insideBody;
    private boolean rejected;

    /** @param bodies whether the listener reads the bodies of requests; if not, the bytes after such a request are dropped */
    MeteredRequestDecoder(HttpServerOptions options, Http1CallerConnection connection, boolean bodies) {
        super(options);
        setCumulator(ExactCumulator.INSTANCE);
        this.options = options;
        this.maxHeadBytes = options.getMaxInitialLineLength() + options.getMaxHeaderSize();
        this.connection = connection;
        this.bodies = bodies;
    }

    /** Returns the memory that a head takes. */
    static long memoryBytes(HttpRequest request) {
        long bytes = request.uri().length();
        Iterator<Map.Entry<CharSequence, CharSequence>> fields =
                request.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            bytes += field.getKey().length() + field.getValue().length() + FIELD_OVERHEAD_BYTES;
        }
        return bytes;
    }

    /** Whether the next byte begins a request. */
    boolean isBetweenMessages() {
        return !insideBody && headBytes == 0 && actualReadableBytes() == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        int unfinishedHeadBytes = insideBody ? 0 : actualReadableBytes();
        connection.onRead(
                headBytes + headLines * FIELD_OVERHEAD_BYTES + unfinishedHeadBytes,
                hasLongLineBuffer() ? lineBufferBytes : 0);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        if (hasLongLineBuffer() && isBetweenMessages() && !context.isRemoved()) {
            var unused = context.pipeline()
                    .replace(this, context.name(), new MeteredRequestDecoder(options, connection, bodies));
            connection.onRead(0, 0);
        }
    }

    private boolean hasLongLineBuffer() {
        return lineBufferBytes > LINE_BUFFER_BYTES;
    }

    /** Only two header fields announce a body. Netty has a third case, from an old draft of WebSocket. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage request) {
        return !UnreadBody.isAnnounced((HttpRequest) request);
    }

    @Override
    protected String splitFirstWordInitialLine(byte[] lineBuffer, int start, int length) {
        lineBufferBytes = lineBuffer.length;
        return super.splitFirstWordInitialLine(lineBuffer, start, length);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] lineBuffer, int start, int length) {
        lineBufferBytes = lineBuffer.length;
        return super.splitHeaderName(lineBuffer, start, length);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (rejected) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        if (insideBody) {
            decodeBody(context, bytes, out);
        } else if (isTooLarge(bytes)) {
            bytes.skipBytes(bytes.readableBytes());
            reject(out);
        } else if (!connection.hasRoomFor(headBytes + headLines * FIELD_OVERHEAD_BYTES + bytes.readableBytes())) {
            bytes.skipBytes(bytes.readableBytes());
            rejected = true;
            var unused = context.close();
        } else {
            int from = bytes.readerIndex();
            if (!decodeAndTrack(context, bytes, out)) {
                meter(bytes, from);
            }
        }
    }

    /** Meters what yields no content: the framing of a chunk, or a trailer (RFC 9112 section 7.1.2). */
    private void decodeBody(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        int from = bytes.readerIndex();
        int end = bytes.writerIndex();
        int step = headLines == 0 ? end - from : TRAILER_PORTION_BYTES;
        boolean content = false;
        for (int until = from + step; !content && bytes.readerIndex() == from; until += step) {
            bytes.writerIndex(Math.min(until, end));
            try {
                content = decodeAndTrack(context, bytes, out);
            } finally {
                bytes.writerIndex(end);
            }
            if (until >= end) {
                break;
            }
        }
        if (!content) {
            meter(bytes, from);
        }
        if (headLines > MAX_FIELDS) {
            rejected = true;
            var unused = context.close();
        }
    }

    private void meter(ByteBuf bytes, int from) {
        int read = bytes.readerIndex() - from;
        if (insideBody) {
            // the framing of a chunk is a line, too
            lineBufferBytes = Math.max(lineBufferBytes, read);
        }
        headBytes += read;
        headLines += countLines(bytes, from, read);
    }

    /** Counts the fields and bytes of a head before the decoder creates an object for any of them. */
    private boolean isTooLarge(ByteBuf bytes) {
        if (headBytes + bytes.readableBytes() <= SHORT_HEAD_BYTES) {
            return false;
        }
        int lines = headLines;
        int start = bytes.readerIndex() - headBytes;
        int end = bytes.writerIndex();
        for (int at = nextLine(bytes, bytes.readerIndex(), end); at > 0; at = nextLine(bytes, at, end)) {
            lines++;
            if (lines > MAX_FIELDS + REQUEST_LINES || at - start > maxHeadBytes) {
                return true;
            }
            if (isEmptyLine(bytes, at, end)) {
                return false;
            }
        }
        return false;
    }

    /** Returns the index after the next line feed; 0 if none follows. */
    private static int nextLine(ByteBuf bytes, int from, int end) {
        return bytes.indexOf(from, end, (byte) '\n') + 1;
    }

    private static boolean isEmptyLine(ByteBuf bytes, int at, int end) {
        int feed = at < end && bytes.getByte(at) == '\r' ? at + 1 : at;
        return feed < end && bytes.getByte(feed) == '\n';
    }

    private static int countLines(ByteBuf bytes, int from, int length) {
        int lines = 0;
        int end = from + length;
        for (int at = nextLine(bytes, from, end); at > 0; at = nextLine(bytes, at, end)) {
            lines++;
        }
        return lines;
    }

    /** Decodes. Returns whether a message began, continued or ended. */
    private boolean decodeAndTrack(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        int before = out.size();
        super.decode(context, bytes, out);
        for (Object message : out.subList(before, out.size())) {
            if (message instanceof HttpRequest request) {
                insideBody = true;
                rejected = !bodies && UnreadBody.isAnnounced(request);
            }
            if (message instanceof LastHttpContent) {
                insideBody = false;
            }
        }
        if (out.size() == before) {
            return false;
        }
        headBytes = 0;
        headLines = 0;
        return true;
    }

    private void reject(List<Object> out) {
        rejected = true;
        headBytes = 0;
        headLines = 0;
        HttpMessage request = createInvalidMessage();
        request.setDecoderResult(DecoderResult.failure(new TooLongHttpHeaderException(
                "more than " + MAX_FIELDS + " header fields, or more than " + maxHeadBytes + " bytes")));
        out.add(request);
    }
}

package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The decoder of Vert.x, which also tells where in a message it is and how much of an unfinished head it holds, and limits
 * the number of header fields: a field of six bytes takes twenty times as much memory.
 */
final class MeteredRequestDecoder extends VertxHttpRequestDecoder {

    /** As many as Envoy and Apache take. */
    private static final int MOST_FIELDS = 100;

    /** The request line. */
    private static final int OTHER_LINES = 1;

    /** What is held of a field besides its bytes. */
    private static final int FIELD_COST = 128;

    /** Trailers come after the last chunk, in as small portions as this: the decoder makes fields of all that it sees. */
    private static final int PORTION = 512;

    /** A head that comes as a whole and is no longer than this has too few bytes for too many fields. */
    private static final int SHORT_HEAD = 4 * MOST_FIELDS;

    private final AdmittedConnection connection;
    private final boolean bodies;
    private int headBytes;
    private int headLines;
    private boolean insideBody;
    private boolean refused;

    /** @param bodies whether what follows a request that announces a body is read */
    MeteredRequestDecoder(HttpServerOptions options, AdmittedConnection connection, boolean bodies) {
        super(options);
        this.connection = connection;
        this.bodies = bodies;
    }

    /** What a head takes, in bytes. */
    static long cost(HttpRequest request) {
        long cost = request.uri().length();
        Iterator<Map.Entry<CharSequence, CharSequence>> fields =
                request.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            Map.Entry<CharSequence, CharSequence> field = fields.next();
            cost += field.getKey().length() + field.getValue().length() + FIELD_COST;
        }
        return cost;
    }

    /** Whether the next byte begins a request. */
    boolean isBetweenMessages() {
        return !insideBody && headBytes == 0 && actualReadableBytes() == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        connection.received(headBytes + headLines * FIELD_COST + (insideBody ? 0 : actualReadableBytes()));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (refused) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        if (insideBody) {
            decodeBody(context, bytes, out);
        } else if (hasTooManyFields(bytes)) {
            bytes.skipBytes(bytes.readableBytes());
            refuse(out);
        } else if (!connection.hasRoomFor(headBytes + headLines * FIELD_COST + bytes.readableBytes())) {
            bytes.skipBytes(bytes.readableBytes());
            refused = true;
            var unused = context.close();
        } else {
            int from = bytes.readerIndex();
            if (!follow(context, bytes, out)) {
                measure(bytes, from);
            }
        }
    }

    /** What brings no content is the frame of a chunk, or a trailer (RFC 9112 section 7.1.2). */
    private void decodeBody(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        int from = bytes.readerIndex();
        int end = bytes.writerIndex();
        int step = headLines == 0 ? end - from : PORTION;
        boolean content = false;
        for (int until = from + step; !content && bytes.readerIndex() == from; until += step) {
            bytes.writerIndex(Math.min(until, end));
            try {
                content = follow(context, bytes, out);
            } finally {
                bytes.writerIndex(end);
            }
            if (until >= end) {
                break;
            }
        }
        if (!content) {
            measure(bytes, from);
        }
        if (headLines > MOST_FIELDS) {
            refused = true;
            var unused = context.close();
        }
    }

    private void measure(ByteBuf bytes, int from) {
        int read = bytes.readerIndex() - from;
        headBytes += read;
        headLines += lines(bytes, from, read);
    }

    /** Looks before anything is made of the bytes. */
    private boolean hasTooManyFields(ByteBuf bytes) {
        if (headBytes + bytes.readableBytes() <= SHORT_HEAD) {
            return false;
        }
        int lines = headLines;
        int end = bytes.writerIndex();
        for (int at = nextLine(bytes, bytes.readerIndex(), end); at > 0; at = nextLine(bytes, at, end)) {
            lines++;
            if (lines > MOST_FIELDS + OTHER_LINES) {
                return true;
            }
            if (isEmptyLine(bytes, at, end)) {
                return false;
            }
        }
        return false;
    }

    /** The index after the next line feed; 0 if there is none. */
    private static int nextLine(ByteBuf bytes, int from, int end) {
        return bytes.indexOf(from, end, (byte) '\n') + 1;
    }

    private static boolean isEmptyLine(ByteBuf bytes, int at, int end) {
        int feed = at < end && bytes.getByte(at) == '\r' ? at + 1 : at;
        return feed < end && bytes.getByte(feed) == '\n';
    }

    private static int lines(ByteBuf bytes, int from, int length) {
        int lines = 0;
        int end = from + length;
        for (int at = nextLine(bytes, from, end); at > 0; at = nextLine(bytes, at, end)) {
            lines++;
        }
        return lines;
    }

    /** Decodes; tells whether a message began, went on or ended. */
    private boolean follow(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        int known = out.size();
        super.decode(context, bytes, out);
        for (Object message : out.subList(known, out.size())) {
            if (message instanceof HttpRequest request) {
                insideBody = true;
                refused = !bodies && UnreadBody.isAnnounced(request);
            }
            if (message instanceof LastHttpContent) {
                insideBody = false;
            }
        }
        if (out.size() == known) {
            return false;
        }
        headBytes = 0;
        headLines = 0;
        return true;
    }

    private void refuse(List<Object> out) {
        refused = true;
        headBytes = 0;
        headLines = 0;
        HttpMessage request = createInvalidMessage();
        request.setDecoderResult(
                DecoderResult.failure(new TooLongHttpHeaderException("more than " + MOST_FIELDS + " header fields")));
        out.add(request);
    }
}

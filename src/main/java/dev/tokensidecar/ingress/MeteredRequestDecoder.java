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
import java.util.List;

/**
 * The decoder of Vert.x, which also tells where in a message it is and how much of an unfinished head it holds, and limits
 * the number of header fields: a field of six bytes takes twenty times as much memory.
 */
final class MeteredRequestDecoder extends VertxHttpRequestDecoder {

    /** As many as Envoy and Apache take. */
    private static final int MOST_FIELDS = 100;

    /** The request line, and the empty line at the end. */
    private static final int OTHER_LINES = 2;

    /** What is held of a field besides its bytes. */
    private static final int FIELD_COST = 128;

    /** A head that comes as a whole and is no longer than this has too few bytes for too many fields. */
    private static final int SHORT_HEAD = 4 * MOST_FIELDS;

    private final AdmittedConnection connection;
    private int headBytes;
    private int headLines;
    private boolean insideBody;
    private boolean refused;

    MeteredRequestDecoder(HttpServerOptions options, AdmittedConnection connection) {
        super(options);
        this.connection = connection;
    }

    /** Whether the next byte begins a request. */
    boolean isBetweenMessages() {
        return !insideBody && headBytes == 0 && actualReadableBytes() == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        connection.received(insideBody ? 0 : headBytes + headLines * FIELD_COST + actualReadableBytes());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        if (refused) {
            bytes.skipBytes(bytes.readableBytes());
            return;
        }
        boolean head = !insideBody;
        int from = bytes.readerIndex();
        int known = out.size();
        super.decode(context, bytes, out);
        if (head) {
            measure(bytes, from, out.size() > known);
        }
        if (headLines > MOST_FIELDS + OTHER_LINES) {
            refuse(out, known);
        } else {
            follow(out.subList(known, out.size()));
        }
    }

    private void measure(ByteBuf bytes, int from, boolean whole) {
        int read = bytes.readerIndex() - from;
        if (!whole || headBytes > 0 || read > SHORT_HEAD) {
            headLines += lines(bytes, from, read);
        }
        headBytes += read;
    }

    private static int lines(ByteBuf bytes, int from, int length) {
        int[] lines = {0};
        var unused = bytes.forEachByte(from, length, value -> {
            if (value == '\n') {
                lines[0]++;
            }
            return true;
        });
        return lines[0];
    }

    private void follow(List<Object> messages) {
        for (Object message : messages) {
            if (message instanceof HttpRequest) {
                insideBody = true;
            }
            if (message instanceof LastHttpContent) {
                insideBody = false;
            }
        }
        if (!messages.isEmpty()) {
            headBytes = 0;
            headLines = 0;
        }
    }

    private void refuse(List<Object> out, int known) {
        refused = true;
        while (out.size() > known) {
            out.remove(out.size() - 1);
        }
        HttpMessage request = createInvalidMessage();
        request.setDecoderResult(
                DecoderResult.failure(new TooLongHttpHeaderException("more than " + MOST_FIELDS + " header fields")));
        out.add(request);
    }
}

package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.token.CallerListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.BooleanSupplier;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last request on one connection and its response. If exactly the same bytes arrive again, and nothing
 * else with them, it responds without parsing them. They have already passed every check: {@link Guard} let them in,
 * the decoder found exactly one request in them, and {@link FastPath} responded. This class parses nothing; it only
 * checks whether the token is still fresh.
 *
 * <p>It forgets the request at the first byte that differs, and when the response changes, which happens every second.
 * So the handlers behind it, which watch for idle connections, see a request at least that often.
 */
final class RepeatedRequests extends ChannelInboundHandlerAdapter {

    private static final String NAME = "repeated-requests";
    private static final int MAX_REQUEST_BYTES = 2048;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(US_ASCII);

    private final BooleanSupplier betweenMessages;
    private final ObjLongConsumer<String> served;

    /**
     * The bytes that the handlers behind this one process now; null at other times, or if they may not begin a request.
     */
    private @Nullable ByteBuf inProgress;

    private @Nullable CachedRequest last;

    /** Whether this read has written a response that needs a flush. */
    private boolean flushNeeded;

    /**
     * Whether the handlers behind this one saw a part of this read and expect its end; true for the read that added it.
     */
    private boolean passedOn = true;

    /**
     * Creates a memory without a request.
     *
     * @param betweenMessages whether the next byte begins a request
     * @param served hears which token a response from memory has
     */
    RepeatedRequests(BooleanSupplier betweenMessages, ObjLongConsumer<String> served) {
        this.betweenMessages = betweenMessages;
        this.served = served;
    }

    /** A request as it arrived, the token it asks for, and its response. */
    private record CachedRequest(ByteBuf request, ConfiguredToken token, TokenResponseBody response) {

        boolean matches(ByteBuf bytes) {
            return bytes.equals(request);
        }

        /** The response as of now; null if the token service has to decide. */
        @Nullable TokenResponseBody currentResponse() {
            return token.freshResponse(response.mediaType(), CallerListener.NONE);
        }
    }

    /** Remembers a request that was just served, if the bytes in progress are that request and nothing else. */
    static void learn(HttpServerRequest request, ConfiguredToken token, TokenResponseBody response, AuditTrail audit) {
        if (request.version() != HttpVersion.HTTP_1_1
                || !(request.connection() instanceof ConnectionBase connection)
                || !isKeptAlive(request)) {
            return;
        }
        Channel channel = connection.channel();
        if (channel.pipeline().get(NAME) instanceof RepeatedRequests known) {
            known.learn(request.uri(), request.headers().size(), token, response);
        } else {
            HttpConnection caller = request.connection();
            channel.pipeline()
                    .addFirst(
                            NAME,
                            new RepeatedRequests(
                                    () -> ConnectionTable.isBetweenMessages(channel),
                                    (name, generation) -> audit.handedOut(caller, name, generation)));
        }
    }

    private static boolean isKeptAlive(HttpServerRequest request) {
        String connection = request.getHeader(HttpHeaders.CONNECTION);
        return connection == null || connection.equalsIgnoreCase("keep-alive");
    }

    /**
     * Does the same for this connection. Called while the bytes are in progress.
     *
     * @param uri the request target
     * @param fields the number of header fields
     */
    void learn(String uri, int fields, ConfiguredToken token, TokenResponseBody response) {
        if (inProgress != null && isWholeRequest(inProgress, uri, fields)) {
            last = new CachedRequest(inProgress, token, response);
        }
    }

    /**
     * Whether the bytes are this request, no more and no less. They end with the only end of a head in them. They start
     * with the request line and have as many lines as the request has fields, so no part of it arrived earlier.
     */
    private static boolean isWholeRequest(ByteBuf bytes, String uri, int fields) {
        byte[] start = ("GET " + uri + " HTTP/1.1\r\n").getBytes(US_ASCII);
        int length = bytes.readableBytes();
        return length > start.length
                && ByteBufUtil.equals(bytes, 0, Unpooled.wrappedBuffer(start), 0, start.length)
                && ByteBufUtil.indexOf(Unpooled.wrappedBuffer(HEAD_END), bytes) == length - HEAD_END.length
                && lines(bytes) == fields + 2;
    }

    /** Counts the lines; -1 if one does not end with CR LF or is folded (RFC 9112 section 5.2). */
    private static int lines(ByteBuf bytes) {
        int lines = 0;
        for (int at = bytes.indexOf(0, bytes.writerIndex(), (byte) '\n');
                at >= 0;
                at = bytes.indexOf(at + 1, bytes.writerIndex(), (byte) '\n')) {
            if (at == 0 || bytes.getByte(at - 1) != '\r' || isFolded(bytes, at + 1)) {
                return -1;
            }
            lines++;
        }
        return lines;
    }

    private static boolean isFolded(ByteBuf bytes, int line) {
        return line < bytes.writerIndex() && (bytes.getByte(line) == ' ' || bytes.getByte(line) == '\t');
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        TokenResponseBody response = responseTo(bytes, context);
        if (response == null) {
            last = null;
            passOn(bytes, context);
        } else {
            bytes.release();
            var unused = context.write(response.copyHeadAndBody(context.alloc()), context.voidPromise());
            flushNeeded = true;
        }
    }

    /**
     * Returns null for a caller that does not read its responses, too: the handlers behind this one apply backpressure.
     */
    private @Nullable TokenResponseBody responseTo(ByteBuf bytes, ChannelHandlerContext context) {
        CachedRequest known = last;
        if (known == null || !known.matches(bytes) || !context.channel().isWritable()) {
            return null;
        }
        TokenResponseBody response = known.currentResponse();
        if (!known.response().equals(response)) {
            last = null;
        }
        if (response != null) {
            served.accept(known.token().name(), response.generation());
        }
        return response;
    }

    private void passOn(ByteBuf bytes, ChannelHandlerContext context) {
        boolean learnable = bytes.readableBytes() <= MAX_REQUEST_BYTES && betweenMessages.getAsBoolean();
        inProgress = learnable ? Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes)) : null;
        passedOn = true;
        context.fireChannelRead(bytes);
        inProgress = null;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (flushNeeded) {
            flushNeeded = false;
            context.flush();
        }
        if (passedOn) {
            passedOn = false;
            context.fireChannelReadComplete();
        }
    }
}

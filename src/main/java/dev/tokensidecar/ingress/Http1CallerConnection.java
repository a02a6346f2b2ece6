package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;

/** An HTTP/1.1 connection. Its place is between the decoder and the request handler. */
final class Http1CallerConnection extends AdmittedConnection {

    /** The handlers of a request copy its fields once. */
    private static final int COPIES = 2;

    private final Channel channel;
    private final ConnectionTable table;
    private final ListenerLimits limits;
    private final Queue<Long> unansweredHeads = new ArrayDeque<>(1);
    private long headBytes;
    private long lineBufferBytes;
    private long unansweredHeadBytes;
    private long bodyBytes;
    private long unreadBytes;
    private int unansweredRequests;
    private int requestsInRead;
    private boolean bodyExpected;
    private boolean readSuspended;
    private boolean closed;
    private boolean tunnel;

    Http1CallerConnection(Channel channel, ConnectionTable table, ListenerLimits limits) {
        super(channel, table, limits);
        this.channel = channel;
        this.table = table;
        this.limits = limits;
    }

    @Override
    boolean isStalled(long nanos) {
        return (bodyExpected && nanos > limits.bodyTimeout().toNanos())
                || (unreadBytes > 0 && nanos > limits.readTimeout().toNanos());
    }

    /** Whether the decoder may create a request head of so many bytes. */
    boolean hasRoomFor(long bytes) {
        return bytes <= TYPICAL_HEAD_BYTES || table.hasRoomFor(COPIES * bytes);
    }

    /**
     * Called after each read, and when the decoder has given up its buffer for lines.
     *
     * @param unfinishedBytes what the decoder holds of an unfinished head or of trailers
     * @param lineBufferBytes the size of its buffer for lines, unless that is small
     */
    void onRead(int unfinishedBytes, int lineBufferBytes) {
        headBytes = unfinishedBytes;
        this.lineBufferBytes = lineBufferBytes;
        reportHeldBytes();
        if (unfinishedBytes > 0 && unansweredRequests == 0) {
            table.enter(Phase.READING_HEAD, this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            onRequest(request);
        }
        if (message instanceof LastHttpContent) {
            bodyExpected = false;
            if (phase == Phase.READING_BODY) {
                table.enter(Phase.BUSY, this);
            }
        }
        if (closed) {
            ReferenceCountUtil.release(message);
        } else {
            countBody(message);
            context.fireChannelRead(message);
            enterIdleIfDone();
            if (message instanceof HttpRequest request && isPipelinedAndMalformed(request)) {
                channelRead(context, LastHttpContent.EMPTY_LAST_CONTENT);
            }
        }
    }

    /**
     * Whether a request that waits behind another one is malformed. The decoder never reports its end, and Vert.x fails if the
     * connection closes before.
     */
    private boolean isPipelinedAndMalformed(HttpRequest request) {
        return hasPipelined() && request.decoderResult().isFailure();
    }

    private void countBody(Object message) {
        if (!streamsBodies() && message instanceof HttpContent content) {
            bodyBytes += content.content().readableBytes();
            reportHeldBytes();
        }
    }

    private boolean streamsBodies() {
        return limits.bodies() == ListenerLimits.Bodies.STREAMED;
    }

    private void onRequest(HttpRequest request) {
        unansweredRequests++;
        requestsInRead++;
        bodyExpected = true;
        holdHead(request);
        if (!isSupported(request.protocolVersion()) || hasTooManyRequests() || isPipelinedWithBody(request)) {
            closed = true;
            close();
        } else {
            table.enter(UnreadBody.isAnnounced(request) ? Phase.READING_BODY : Phase.BUSY, this);
        }
    }

    /** Whether another request has arrived behind the one that the caller waits for. */
    boolean hasPipelined() {
        return unansweredRequests > 1;
    }

    private boolean hasTooManyRequests() {
        return Math.max(unansweredRequests, requestsInRead) > limits.pipelinedRequests();
    }

    /**
     * Whether a request with a body arrives before the response to an earlier one was written. Vert.x fails if the connection
     * ends in the middle of such a body, and clients have to be ready for a close whenever they pipeline requests (RFC 9112
     * section 9.3.2).
     */
    private boolean isPipelinedWithBody(HttpRequest request) {
        return hasPipelined() && UnreadBody.isAnnounced(request);
    }

    /** Counts the head of a request until its response has been written. */
    private void holdHead(HttpRequest request) {
        long bytes = COPIES * Math.max(0, MeteredRequestDecoder.memoryBytes(request) - TYPICAL_HEAD_BYTES);
        unansweredHeads.add(bytes);
        unansweredHeadBytes += bytes;
        headBytes = 0;
        reportHeldBytes();
    }

    /** Vert.x responds to any other version, even to another spelling of these two, with 501, and repeats its name. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSupported(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        requestsInRead = 0;
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        tunnel |= message instanceof HttpResponse response
                && response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
        var unused = context.write(message, promise);
        if (message instanceof LastHttpContent && !interim) {
            unansweredRequests--;
            bodyBytes = 0;
            unansweredHeadBytes -= Objects.requireNonNullElse(unansweredHeads.poll(), 0L);
            enterIdleIfDone();
        }
    }

    private void enterIdleIfDone() {
        if (unansweredRequests == 0 && !bodyExpected) {
            table.enter(Phase.IDLE, this);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        measureUnread();
    }

    private void measureUnread() {
        ChannelOutboundBuffer unread = channel.unsafe().outboundBuffer();
        unreadBytes = unread == null ? 0 : unread.totalPendingWriteBytes();
        reportHeldBytes();
    }

    private void reportHeldBytes() {
        long inHeads = headBytes + lineBufferBytes + unansweredHeadBytes;
        table.updateHeldBytes(streamsBodies() ? inHeads : inHeads + bodyBytes + unreadBytes, this);
    }

    /** Stops reading requests from a caller that does not read its responses. In a tunnel, each direction has its own pace. */
    @Override
    public void read(ChannelHandlerContext context) {
        readSuspended = !tunnel && !bodyExpected && !channel.isWritable();
        if (!readSuspended) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        measureUnread();
        context.fireChannelWritabilityChanged();
        if (channel.isWritable()) {
            if (phase == Phase.BUSY) {
                table.enter(Phase.BUSY, this);
            }
            if (readSuspended) {
                read(context);
            }
        }
    }
}

package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tracks one connection for the {@link ConnectionTable}: its phase and the memory that it holds. A Netty handler
 * between the decoder and the request handler, on the event loop of the connection.
 */
final class AdmittedConnection extends ChannelDuplexHandler {

    /**
     * In eviction order: a full table closes connections that owe a request before those that wait for a response. The
     * newest connections are an exception: idle ones precede them.
     */
    enum Phase {
        READING_HEAD,
        IDLE,
        READING_BODY,
        BUSY
    }

    /** The part of a head that the cost of a connection covers, see {@link ListenerLimits#ofTokenInterface}. */
    private static final int TYPICAL_HEAD_BYTES = 1024;

    /** The handlers of a request copy its fields once. */
    private static final int COPIES = 2;

    private final Channel channel;
    private final ConnectionTable table;
    private final ListenerLimits limits;
    private final Queue<Long> unansweredHeads = new ArrayDeque<>(1);
    private @Nullable ChannelHandlerContext context;
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

    // the table's fields of this connection, guarded by the table's lock
    Phase phase = Phase.READING_HEAD;
    long phaseSince;
    long trimRound;
    long arrivalNumber;
    long heldBytes;
    long closingBytes;
    boolean listed;

    AdmittedConnection(Channel channel, ConnectionTable table, ListenerLimits limits) {
        this.channel = channel;
        this.table = table;
        this.limits = limits;
    }

    /** The peer that the limit of connections per peer counts this connection for. */
    Object peer() {
        return limits.peer(channel.remoteAddress());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    /**
     * Closes the connection without a response; data in flight is lost. Callable on any thread. Starts at this handler,
     * because Vert.x, which comes after it, would wait until the caller has read everything.
     */
    void close() {
        var unused = Objects.requireNonNull(context).close();
    }

    /** Closes the connection after one attempt to send what is in flight. */
    void flushAndClose() {
        var unused = Objects.requireNonNull(context).flush();
        close();
    }

    /** Runs a task on the event loop after a delay, so that the loop polls its sockets first. */
    void schedule(Runnable task, long millis) {
        var unused = channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Whether the caller has taken too long to send its body or to read its response. */
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
        return unansweredRequests > 1 && request.decoderResult().isFailure();
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

    private boolean hasTooManyRequests() {
        return Math.max(unansweredRequests, requestsInRead) > limits.pipelinedRequests();
    }

    /**
     * Whether a request with a body arrives before the response to an earlier one was written. Vert.x fails if the connection
     * ends in the middle of such a body, and clients have to be ready for a close whenever they pipeline requests (RFC 9112
     * section 9.3.2).
     */
    private boolean isPipelinedWithBody(HttpRequest request) {
        return unansweredRequests > 1 && UnreadBody.isAnnounced(request);
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

    /** Stops reading requests from a caller that does not read its responses. */
    @Override
    public void read(ChannelHandlerContext context) {
        readSuspended = !bodyExpected && !channel.isWritable();
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

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        table.remove(this);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        table.reportFailure(cause);
        context.fireExceptionCaught(cause);
    }
}

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

/**
 * One connection as the {@link ConnectionTable} sees it: which phase it is in, and what it holds of the memory. Stands
 * between the decoder and whoever handles requests, on the event loop of the connection.
 */
final class AdmittedConnection extends ChannelDuplexHandler {

    /** In the order in which a full table closes them: whoever owes us a request goes before whoever waits for us. */
    enum Phase {
        READING_HEAD,
        IDLE,
        READING_BODY,
        BUSY
    }

    /** The bytes of a head that the cost of a connection covers, see {@link ListenerLimits#ofTokenInterface}. */
    private static final int USUAL_HEAD = 1024;

    /** Whoever handles a request copies its fields once. */
    private static final int COPIES = 2;

    private final Channel channel;
    private final ConnectionTable table;
    private final ListenerLimits limits;
    private final Queue<Long> heads = new ArrayDeque<>(1);
    private long headBytes;
    private long requestBytes;
    private long bodyBytes;
    private long unreadBytes;
    private int outstanding;
    private int burst;
    private boolean bodyExpected;
    private boolean readSuspended;
    private boolean closed;

    // what the table keeps about this connection, under its lock
    Phase phase = Phase.READING_HEAD;
    long since;
    long look;
    long number;
    long held;
    long closing;
    boolean listed;

    AdmittedConnection(Channel channel, ConnectionTable table, ListenerLimits limits) {
        this.channel = channel;
        this.table = table;
        this.limits = limits;
    }

    /** Whom the limit for one peer counts it for. */
    Object peer() {
        return limits.peer(channel.remoteAddress());
    }

    /** Ends it without a word; what is on its way is lost. May be called on any thread. */
    void close() {
        var unused = channel.close();
    }

    /** Runs a task on the event loop, when that has looked at its sockets once more. */
    void later(Runnable task, long millis) {
        var unused = channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Whether the caller has taken too long: to send its request, or to read what waits for it. */
    boolean isStalled(long nanos) {
        return (bodyExpected && nanos > limits.bodyTimeout().toNanos())
                || (unreadBytes > 0 && nanos > limits.readTimeout().toNanos());
    }

    /** Whether the decoder may make a head of so many bytes. */
    boolean hasRoomFor(long bytes) {
        return bytes <= USUAL_HEAD || table.hasRoomFor(COPIES * bytes);
    }

    /** The decoder has read what there was; it holds so much of a head, or of trailers. */
    void received(int unfinished) {
        headBytes = unfinished;
        hold();
        if (unfinished > 0 && outstanding == 0) {
            table.enter(Phase.READING_HEAD, this);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request) {
            begin(request);
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
            buffer(message);
            context.fireChannelRead(message);
            rest();
        }
    }

    private void buffer(Object message) {
        if (!streams() && message instanceof HttpContent content) {
            bodyBytes += content.content().readableBytes();
            hold();
        }
    }

    private boolean streams() {
        return limits.bodies() == ListenerLimits.Bodies.STREAMED;
    }

    private void begin(HttpRequest request) {
        outstanding++;
        burst++;
        bodyExpected = true;
        keep(request);
        if (!isSpoken(request.protocolVersion()) || Math.max(outstanding, burst) > limits.pipelinedRequests()) {
            closed = true;
            close();
        } else {
            table.enter(UnreadBody.isAnnounced(request) ? Phase.READING_BODY : Phase.BUSY, this);
        }
    }

    /** A head is kept until its response has been written. */
    private void keep(HttpRequest request) {
        long size = COPIES * Math.max(0, MeteredRequestDecoder.cost(request) - USUAL_HEAD);
        heads.add(size);
        requestBytes += size;
        headBytes = 0;
        hold();
    }

    /** Vert.x has no answer to other versions, nor to other spellings of these, and repeats their names. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSpoken(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        burst = 0;
        context.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        boolean interim = message instanceof HttpResponse response
                && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        var unused = context.write(message, promise);
        if (message instanceof LastHttpContent && !interim) {
            outstanding--;
            bodyBytes = 0;
            requestBytes -= Objects.requireNonNullElse(heads.poll(), 0L);
            rest();
        }
    }

    private void rest() {
        if (outstanding == 0 && !bodyExpected) {
            table.enter(Phase.IDLE, this);
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        measure();
    }

    private void measure() {
        ChannelOutboundBuffer unread = channel.unsafe().outboundBuffer();
        unreadBytes = unread == null ? 0 : unread.totalPendingWriteBytes();
        hold();
    }

    private void hold() {
        long inHeads = headBytes + requestBytes;
        table.hold(streams() ? inHeads : inHeads + bodyBytes + unreadBytes, this);
    }

    /** Whoever does not take its responses sends no further request. */
    @Override
    public void read(ChannelHandlerContext context) {
        readSuspended = !bodyExpected && !channel.isWritable();
        if (!readSuspended) {
            context.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        measure();
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
        table.failed(cause);
        context.fireExceptionCaught(cause);
    }
}

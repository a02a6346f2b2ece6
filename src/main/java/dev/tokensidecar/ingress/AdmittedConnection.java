package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tracks one connection for the {@link ConnectionTable}: its phase and the memory that it holds. A Netty handler, on the
 * event loop of the connection.
 */
abstract class AdmittedConnection extends ChannelDuplexHandler {

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
    static final int TYPICAL_HEAD_BYTES = 1024;

    private final Channel channel;
    private final ConnectionTable table;
    private final ListenerLimits limits;
    private @Nullable ChannelHandlerContext context;

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
    final Object peer() {
        return limits.peer(channel.remoteAddress());
    }

    /** Whether the caller has taken too long to send its body or to read its response. */
    abstract boolean isStalled(long nanos);

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    /**
     * Closes the connection without a response; data in flight is lost. Callable on any thread. Starts at this handler,
     * because the handlers after it would wait until the caller has read everything.
     */
    final void close() {
        var unused = Objects.requireNonNull(context).close();
    }

    /** Closes the connection after one attempt to send what is in flight. */
    final void flushAndClose() {
        var unused = Objects.requireNonNull(context).flush();
        close();
    }

    /** Runs a task on the event loop after a delay, so that the loop polls its sockets first. */
    final void schedule(Runnable task, long millis) {
        var unused = channel.eventLoop().schedule(task, millis, TimeUnit.MILLISECONDS);
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

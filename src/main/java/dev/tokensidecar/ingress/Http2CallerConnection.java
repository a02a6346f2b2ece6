package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;

/**
 * An HTTP/2 connection with the streams that are open on it. The first handler of its pipeline, because only there it sees
 * bytes.
 */
final class Http2CallerConnection extends AdmittedConnection {

    private final ConnectionTable table;
    private final Http2Connection state;
    private final Http2FrameMeter frames = new Http2FrameMeter();
    private int streams;
    private long headBytes;
    private long orphanedBytes;

    /** Guarded by the table's lock. */
    int admittedStreams;

    /** @param state the state that the decoder keeps */
    Http2CallerConnection(Channel channel, ConnectionTable table, ListenerLimits limits, Http2Connection state) {
        super(channel, table, limits);
        this.table = table;
        this.state = state;
    }

    /** Those who use the streams limit the times of each. */
    @Override
    boolean isStalled(long nanos) {
        return false;
    }

    /** Counts a stream until it closes. */
    void opened(Channel stream) {
        streams++;
        enterPhase();
        var unused = stream.closeFuture().addListener(closed -> {
            streams--;
            enterPhase();
        });
    }

    /**
     * Admits the request of a stream.
     *
     * @return false if it has to be refused
     */
    boolean admit(Channel stream) {
        boolean admitted = table.admitStream(this);
        if (admitted) {
            var unused = stream.closeFuture().addListener(closed -> table.closedStream(this));
        }
        return admitted;
    }

    /** Counts the bytes of a response that wait for the caller although its stream has closed. */
    void orphaned(int bytes) {
        orphanedBytes += bytes;
        reportHeldBytes();
    }

    /** Counts the memory of a long head until its stream closes. */
    void holdHead(long memory, Channel stream) {
        long bytes = Math.max(0, memory - TYPICAL_HEAD_BYTES);
        headBytes += bytes;
        reportHeldBytes();
        var unused = stream.closeFuture().addListener(closed -> {
            headBytes -= bytes;
            reportHeldBytes();
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        frames.read((ByteBuf) message);
        context.fireChannelRead(message);
        enterPhase();
        reportHeldBytes();
    }

    /** A reader that takes the next part of a body causes a flush, of the frame that widens the window. */
    @Override
    public void flush(ChannelHandlerContext context) {
        context.flush();
        reportHeldBytes();
    }

    private void enterPhase() {
        if (streams > 0) {
            table.enter(Phase.BUSY, this);
        } else {
            table.enter(frames.isInsideSection() ? Phase.READING_HEAD : Phase.IDLE, this);
        }
    }

    private void reportHeldBytes() {
        table.updateHeldBytes(frames.heldBytes() + headBytes + orphanedBytes + unreadBytes(), this);
    }

    /** Returns the bytes of bodies that the caller has sent and nobody has read. */
    private int unreadBytes() {
        return state.local().flowController().unconsumedBytes(state.connectionStream());
    }
}

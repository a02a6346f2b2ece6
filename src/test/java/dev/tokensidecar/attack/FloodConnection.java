package dev.tokensidecar.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Consumer;

/** One connection of a {@link Flood}. */
final class FloodConnection {

    private static final int SMALL_BUFFER = 4096;
    private static final int MAX_PIECES_PER_WRITE = 16;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final byte[] HTTP_1_PREFIX = "HTTP/1.".getBytes(US_ASCII);
    private static final int STATUS_AT = 9;
    private static final int STATUS_END = 12;

    /** A response that is not HTTP/1. */
    static final String OTHER = "other";

    private final FloodPlan plan;
    private final int number;
    private final SocketChannel channel;
    private final Iterator<byte[]> pieces;
    private final SelectionKey key;
    private ByteBuffer piece = NOTHING;
    private long nextWriteAt;
    private boolean responded;

    private FloodConnection(FloodPlan plan, int number, SocketChannel channel, Selector selector) throws IOException {
        this.plan = plan;
        this.number = number;
        this.channel = channel;
        this.pieces = plan.pieces().apply(number);
        if (!plan.reads()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
        }
        key = channel.register(selector, channel.isConnected() ? readAndWrite() : SelectionKey.OP_CONNECT, this);
    }

    static FloodConnection open(ListenAddress address, FloodPlan plan, int number, Selector selector)
            throws IOException {
        return new FloodConnection(plan, number, address.connect(number % plan.peers()), selector);
    }

    int number() {
        return number;
    }

    private int readAndWrite() {
        return readOnly() | SelectionKey.OP_WRITE;
    }

    private int readOnly() {
        return plan.reads() ? SelectionKey.OP_READ : 0;
    }

    /** Enables the next write if it is time. */
    void enableWriteAt(long now) {
        if (nextWriteAt != 0 && now >= nextWriteAt && key.isValid()) {
            nextWriteAt = 0;
            key.interestOps(readAndWrite());
        }
    }

    /** Performs the operations that the connection is ready for. Returns whether it is still open. */
    boolean process(ByteBuffer scratch, Consumer<String> statuses) throws IOException {
        if (key.isConnectable()) {
            if (!channel.finishConnect()) {
                return true;
            }
            key.interestOps(readAndWrite());
        }
        if (key.isReadable() && !read(scratch, statuses)) {
            return false;
        }
        if (key.isWritable()) {
            write();
        }
        return true;
    }

    private boolean read(ByteBuffer scratch, Consumer<String> statuses) throws IOException {
        int bytes = channel.read(scratch.clear());
        if (bytes > 0) {
            byte[] start = new byte[Math.min(STATUS_END, bytes)];
            scratch.flip().get(start);
            recordStatus(start, statuses);
        }
        return bytes >= 0;
    }

    /**
     * Records a status. Bytes that do not begin like a response belong to an earlier one, unless they are the first.
     */
    private void recordStatus(byte[] start, Consumer<String> statuses) {
        boolean isHttp1 = start.length == STATUS_END
                && Arrays.equals(start, 0, HTTP_1_PREFIX.length, HTTP_1_PREFIX, 0, HTTP_1_PREFIX.length);
        if (isHttp1) {
            statuses.accept(new String(start, STATUS_AT, STATUS_END - STATUS_AT, US_ASCII));
        } else if (!responded) {
            statuses.accept(OTHER);
        }
        responded = true;
    }

    private void write() throws IOException {
        for (int written = 0; written < MAX_PIECES_PER_WRITE; written++) {
            if (!piece.hasRemaining()) {
                if (!pieces.hasNext()) {
                    key.interestOps(readOnly());
                    return;
                }
                piece = ByteBuffer.wrap(pieces.next());
            }
            channel.write(piece);
            if (piece.hasRemaining()) {
                return;
            }
            if (!plan.pace().isZero()) {
                nextWriteAt = System.nanoTime() + plan.pace().toNanos();
                key.interestOps(readOnly());
                return;
            }
        }
    }

    /** A linger time of zero frees the port immediately. */
    void close() {
        try {
            if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException ignored) {
            // the channel is closed below anyway
        }
        try {
            channel.close();
        } catch (IOException ignored) {
            // the other end has closed it
        }
    }
}

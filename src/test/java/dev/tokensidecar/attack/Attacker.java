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
final class Attacker {

    private static final int SMALL_BUFFER = 4096;
    private static final int PIECES_AT_ONCE = 16;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final byte[] HTTP_1 = "HTTP/1.".getBytes(US_ASCII);
    private static final int STATUS_AT = 9;
    private static final int STATUS_END = 12;

    /** An answer that is none of HTTP/1. */
    static final String OTHER = "other";

    private final Plan plan;
    private final int number;
    private final SocketChannel channel;
    private final Iterator<byte[]> speech;
    private final SelectionKey key;
    private ByteBuffer piece = NOTHING;
    private long nextAt;
    private boolean answered;

    private Attacker(Plan plan, int number, SocketChannel channel, Selector selector) throws IOException {
        this.plan = plan;
        this.number = number;
        this.channel = channel;
        this.speech = plan.speech().apply(number);
        if (!plan.reads()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
        }
        key = channel.register(selector, channel.isConnected() ? talking() : SelectionKey.OP_CONNECT, this);
    }

    static Attacker come(Door door, Plan plan, int number, Selector selector) throws IOException {
        return new Attacker(plan, number, door.connect(number % plan.peers()), selector);
    }

    int number() {
        return number;
    }

    private int talking() {
        return listening() | SelectionKey.OP_WRITE;
    }

    private int listening() {
        return plan.reads() ? SelectionKey.OP_READ : 0;
    }

    /** Says the next piece if it is time. */
    void armAt(long now) {
        if (nextAt != 0 && now >= nextAt && key.isValid()) {
            nextAt = 0;
            key.interestOps(talking());
        }
    }

    /** Does what the connection is ready for; tells whether it is still open. */
    boolean goOn(ByteBuffer scratch, Consumer<String> statuses) throws IOException {
        if (key.isConnectable()) {
            if (!channel.finishConnect()) {
                return true;
            }
            key.interestOps(talking());
        }
        if (key.isReadable() && !read(scratch, statuses)) {
            return false;
        }
        if (key.isWritable()) {
            speak();
        }
        return true;
    }

    private boolean read(ByteBuffer scratch, Consumer<String> statuses) throws IOException {
        int bytes = channel.read(scratch.clear());
        if (bytes > 0) {
            byte[] start = new byte[Math.min(STATUS_END, bytes)];
            scratch.flip().get(start);
            note(start, statuses);
        }
        return bytes >= 0;
    }

    /** What does not begin like an answer is the rest of one, unless it is the first that comes. */
    private void note(byte[] start, Consumer<String> statuses) {
        if (start.length == STATUS_END && Arrays.equals(start, 0, HTTP_1.length, HTTP_1, 0, HTTP_1.length)) {
            statuses.accept(new String(start, STATUS_AT, STATUS_END - STATUS_AT, US_ASCII));
        } else if (!answered) {
            statuses.accept(OTHER);
        }
        answered = true;
    }

    private void speak() throws IOException {
        for (int pieces = 0; pieces < PIECES_AT_ONCE; pieces++) {
            if (!piece.hasRemaining()) {
                if (!speech.hasNext()) {
                    key.interestOps(listening());
                    return;
                }
                piece = ByteBuffer.wrap(speech.next());
            }
            channel.write(piece);
            if (piece.hasRemaining()) {
                return;
            }
            if (!plan.pace().isZero()) {
                nextAt = System.nanoTime() + plan.pace().toNanos();
                key.interestOps(listening());
                return;
            }
        }
    }

    /** Without a linger time the port is free again at once. */
    void close() {
        try {
            if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException gone) {
            // it is closed below all the same
        }
        try {
            channel.close();
        } catch (IOException gone) {
            // by the other end
        }
    }
}

package dev.tokensidecar.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A kept-alive connection of one caller, which asks for one token at a time. */
final class CallerConnection {

    private static final int LONGEST_ANSWER = 2048;
    private static final ByteBuffer REQUEST = ByteBuffer.wrap(
            "GET /token HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".getBytes(US_ASCII));

    private final SocketChannel channel;
    private final byte[] bytes = new byte[LONGEST_ANSWER];
    private final ByteBuffer answer = ByteBuffer.wrap(bytes);
    private long askedAt;

    private CallerConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects, and has the selector tell when something comes; the connection is attached to the key. */
    static CallerConnection open(int port, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        CallerConnection connection = new CallerConnection(channel);
        var unused = channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /**
     * Asks for a token.
     *
     * @param when what {@link #askedAt} tells then
     */
    void ask(long when) throws IOException {
        askedAt = when;
        answer.clear();
        ByteBuffer request = REQUEST.duplicate();
        if (channel.write(request) == 0 || request.hasRemaining()) {
            throw new IOException("a request did not fit into the buffer of its socket");
        }
    }

    long askedAt() {
        return askedAt;
    }

    /** Takes what has come. Returns the status of the answer once it is whole, and 0 before. */
    int read() throws IOException {
        if (channel.read(answer) < 0 || !answer.hasRemaining()) {
            throw new EOFException("no answer, or one that is too long");
        }
        return Answer.status(bytes, answer.position());
    }

    /** Leaves without ceremony, so that no port waits for a minute to be used again. */
    void close() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }
}

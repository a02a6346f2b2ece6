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

/** A persistent connection of one caller, with one request at a time. */
final class CallerConnection {

    private static final int MAX_RESPONSE = 2048;
    private static final ByteBuffer REQUEST = ByteBuffer.wrap(
            "GET /token HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".getBytes(US_ASCII));

    private final SocketChannel channel;
    private final byte[] bytes = new byte[MAX_RESPONSE];
    private final ByteBuffer response = ByteBuffer.wrap(bytes);
    private long sentAt;

    private CallerConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects, and registers for reading. The connection is the attachment of the key. */
    static CallerConnection open(int port, Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        CallerConnection connection = new CallerConnection(channel);
        var unused = channel.register(selector, SelectionKey.OP_READ, connection);
        return connection;
    }

    /**
     * Requests a token.
     *
     * @param time the time to return from {@link #sentAt}
     */
    void send(long time) throws IOException {
        sentAt = time;
        response.clear();
        ByteBuffer request = REQUEST.duplicate();
        if (channel.write(request) == 0 || request.hasRemaining()) {
            throw new IOException("a request did not fit into the buffer of its socket");
        }
    }

    long sentAt() {
        return sentAt;
    }

    /** Reads the received bytes. Returns the status once the response is complete, and 0 before. */
    int read() throws IOException {
        if (channel.read(response) < 0 || !response.hasRemaining()) {
            throw new EOFException("the connection was closed, or the response is too long");
        }
        return ResponseParser.status(bytes, response.position());
    }

    /** Resets the connection, so that its port does not stay in TIME_WAIT. */
    void close() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        channel.close();
    }
}

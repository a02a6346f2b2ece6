package dev.tokensidecar.testing.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A name server at 127.0.0.1 (RFC 1035) that resolves each name to 127.0.0.1, or none. */
public final class NameServer implements AutoCloseable {

    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int ADDRESS = 1;
    private static final short RESPONSE = (short) 0x8180;
    private static final short NO_SUCH_NAME = (short) 0x8183;

    private final DatagramSocket socket;
    private volatile boolean resolving = true;

    /** Listens on the port that the resolver of the operating system uses. */
    public NameServer() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var unused = Thread.ofVirtual().start(this::serve);
    }

    /** Sets whether names exist from now on. */
    public void resolving(boolean names) {
        resolving = names;
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[512], 512);
        try {
            while (true) {
                socket.receive(packet);
                byte[] response = response(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            // closed by the test
        }
    }

    /** Builds a response: the query, and the address if it asked for IPv4. */
    private byte[] response(byte[] query) {
        int end = endOfQuestion(query);
        ByteBuffer response = ByteBuffer.allocate(end + 16).put(query, 0, end);
        boolean address = resolving && query[end - 3] == ADDRESS;
        response.putShort(2, resolving ? RESPONSE : NO_SUCH_NAME);
        response.putShort(6, (short) (address ? 1 : 0)).putInt(8, 0);
        if (address) {
            response.putShort((short) (0xC000 | HEADER))
                    .putShort((short) ADDRESS)
                    .putShort((short) 1);
            response.putInt(1)
                    .putShort((short) 4)
                    .put(InetAddress.getLoopbackAddress().getAddress());
        }
        return Arrays.copyOf(response.array(), response.position());
    }

    /** Returns the end of the query: labels, a zero byte, then type and class with two bytes each. */
    private static int endOfQuestion(byte[] query) {
        int label = HEADER;
        while (query[label] != 0) {
            label += query[label] + 1;
        }
        return label + 5;
    }
}

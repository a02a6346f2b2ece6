package dev.tokensidecar.testing.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A name server at 127.0.0.1 (RFC 1035): each name is that of 127.0.0.1, or there is no such name. */
public final class NameServer implements AutoCloseable {

    private static final int PORT = 53;
    private static final int HEADER = 12;
    private static final int ADDRESS = 1;
    private static final short RESPONSE = (short) 0x8180;
    private static final short NO_SUCH_NAME = (short) 0x8183;

    private final DatagramSocket socket;
    private volatile boolean knowing = true;

    /** Listens where the resolver of the operating system asks. */
    public NameServer() {
        try {
            socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var unused = Thread.ofVirtual().start(this::serve);
    }

    /** Says whether there are names from now on. */
    public void knowing(boolean names) {
        knowing = names;
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
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    /** The question again, with the address behind it if one of version 4 was asked for. */
    private byte[] answer(byte[] query) {
        int end = endOfQuestion(query);
        ByteBuffer answer = ByteBuffer.allocate(end + 16).put(query, 0, end);
        boolean address = knowing && query[end - 3] == ADDRESS;
        answer.putShort(2, knowing ? RESPONSE : NO_SUCH_NAME);
        answer.putShort(6, (short) (address ? 1 : 0)).putInt(8, 0);
        if (address) {
            answer.putShort((short) (0xC000 | HEADER)).putShort((short) ADDRESS).putShort((short) 1);
            answer.putInt(1)
                    .putShort((short) 4)
                    .put(InetAddress.getLoopbackAddress().getAddress());
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    /** Behind the labels of the name and its end come type and class, two bytes each. */
    private static int endOfQuestion(byte[] query) {
        int label = HEADER;
        while (query[label] != 0) {
            label += query[label] + 1;
        }
        return label + 5;
    }
}

package dev.tokensidecar.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One of the addresses at which the sidecar listens.
 *
 * @param outside whether other pods reach it
 */
record Door(String name, SocketAddress address, boolean outside) {

    private static final byte[] V6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int PEERS_OF_A_NETWORK = 250;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);

    static Door management(int port) {
        return new Door("management", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), true);
    }

    static Door application(int port) {
        return new Door("127.0.0.1", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), false);
    }

    static Door applicationV6(int port) {
        return new Door("[::1]", new InetSocketAddress(address(V6), port), false);
    }

    static Door socket(Path path) {
        return new Door("socket", UnixDomainSocketAddress.of(path), false);
    }

    static Door forwarding(int port) {
        return new Door("forwarding", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), false);
    }

    /** Begins to connect, without waiting for it, as one of many peers where the family of addresses has them. */
    SocketChannel connect(int peer) throws IOException {
        SocketChannel channel = address instanceof InetSocketAddress ? SocketChannel.open() : openUnix();
        try {
            if (address instanceof InetSocketAddress inet && inet.getAddress().getAddress().length == 4) {
                channel.bind(new InetSocketAddress(peer(peer), 0));
            }
            channel.configureBlocking(false);
            channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel openUnix() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /**
     * Sends this and reads until the connection is closed, whatever comes.
     *
     * @throws AssertionError if it is not closed in time
     */
    String ask(String bytes, Duration most) throws IOException {
        long end = System.nanoTime() + most.toNanos();
        StringBuilder answer = new StringBuilder();
        ByteBuffer out = ByteBuffer.wrap(bytes.getBytes(ISO_8859_1));
        ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
        try (SocketChannel channel = connect(0)) {
            while (System.nanoTime() - end < 0) {
                if (!channel.finishConnect()) {
                    continue;
                }
                var unused = out.hasRemaining() ? channel.write(out) : 0;
                int read = channel.read(in.clear());
                if (read < 0) {
                    return answer.toString();
                }
                answer.append(ISO_8859_1.decode(in.flip()));
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        } catch (IOException reset) {
            return answer.toString();
        }
        throw new AssertionError("not closed after " + most + ", but answered: " + answer);
    }

    /** One of the addresses of the loopback interface, never 127.0.0.1. */
    static InetAddress peer(int number) {
        byte third = (byte) (number / PEERS_OF_A_NETWORK);
        byte fourth = (byte) (2 + number % PEERS_OF_A_NETWORK);
        return address(new byte[] {127, 0, third, fourth});
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

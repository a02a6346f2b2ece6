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
 * One of the addresses on which the sidecar listens.
 *
 * @param outside whether other pods can reach it
 * @param http2 whether it speaks HTTP/2 as well
 */
record ListenAddress(String name, SocketAddress address, boolean outside, boolean http2) {

    private static final byte[] V6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final int PEERS_PER_NETWORK = 250;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(1);

    static ListenAddress management(int port) {
        return new ListenAddress(
                "management", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), true, false);
    }

    static ListenAddress application(int port) {
        return new ListenAddress(
                "127.0.0.1", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), false, false);
    }

    static ListenAddress applicationV6(int port) {
        return new ListenAddress("[::1]", new InetSocketAddress(address(V6), port), false, false);
    }

    static ListenAddress socket(Path path) {
        return new ListenAddress("socket", UnixDomainSocketAddress.of(path), false, false);
    }

    static ListenAddress forwarding(int port) {
        return new ListenAddress(
                "forwarding", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), false, true);
    }

    /** Starts to connect without waiting for it, from one of many peer addresses where the family has them. */
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
     * Sends bytes and reads until the sidecar closes the connection.
     *
     * @throws AssertionError if the sidecar does not close it in time
     */
    String exchange(String bytes, Duration timeout) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        StringBuilder response = new StringBuilder();
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
                    return response.toString();
                }
                response.append(ISO_8859_1.decode(in.flip()));
                LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            }
        } catch (IOException reset) {
            return response.toString();
        }
        throw new AssertionError("not closed after " + timeout + ", but received: " + response);
    }

    /** Returns one of the addresses of the loopback interface, never 127.0.0.1. */
    static InetAddress peer(int number) {
        byte third = (byte) (number / PEERS_PER_NETWORK);
        byte fourth = (byte) (2 + number % PEERS_PER_NETWORK);
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

package dev.tokensidecar.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * One of the addresses at which the sidecar listens.
 *
 * @param outside whether other pods reach it
 */
record Door(String name, SocketAddress address, boolean outside) {

    private static final int PEERS_OF_A_NETWORK = 250;

    static Door management(int port) {
        return new Door("management", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), true);
    }

    static Door application(int port) {
        return new Door("127.0.0.1", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), false);
    }

    static Door applicationV6(int port) {
        return new Door("[::1]", new InetSocketAddress("::1", port), false);
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
                var unused = channel.bind(new InetSocketAddress(peer(peer), 0));
            }
            var unused = channel.configureBlocking(false);
            var connected = channel.connect(address);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private static SocketChannel openUnix() throws IOException {
        return SocketChannel.open(StandardProtocolFamily.UNIX);
    }

    /** One of the addresses of the loopback interface, never 127.0.0.1. */
    static InetAddress peer(int number) {
        byte third = (byte) (number / PEERS_OF_A_NETWORK);
        byte fourth = (byte) (2 + number % PEERS_OF_A_NETWORK);
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, third, fourth});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}

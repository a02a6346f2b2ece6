package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;

/**
 * Sends requests to a sidecar on this host, over TCP or a Unix domain socket. The HTTP clients of the JDK speak over TCP
 * only, and one of them is a module that the image does not have.
 */
final class SidecarClient {

    /** The sidecar limits the wait of a caller itself, to less than this. */
    private static final int TIMEOUT_MILLIS = 60_000;

    private static final int MAX_RESPONSE = 1 << 20;

    private final SidecarAddress address;
    private final Map<String, String> headers;

    /** @param headers go with each request */
    SidecarClient(SidecarAddress address, Map<String, String> headers) {
        this.address = address;
        this.headers = headers;
    }

    SidecarAddress address() {
        return address;
    }

    SidecarResponse get(String target) {
        byte[] request = request(target).getBytes(ISO_8859_1);
        try (SocketChannel channel = SocketChannel.open(address.socket())) {
            ByteBuffer rest = ByteBuffer.wrap(request);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            return SidecarResponse.parse(readToEnd(channel));
        } catch (IOException e) {
            throw new CommandFailure(
                    "no sidecar responds at " + address + ": see whether it runs here, or give its address", e);
        }
    }

    private String request(String target) {
        StringBuilder head = new StringBuilder("GET ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(address.host())
                .append("\r\nAccept: application/json\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private static byte[] readToEnd(SocketChannel channel) throws IOException {
        ByteArrayOutputStream response = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(8192);
        channel.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            for (int count = 0; count >= 0; count = channel.read(buffer.clear())) {
                response.write(buffer.array(), 0, count);
                if (response.size() > MAX_RESPONSE) {
                    throw new IOException("the response is too long");
                }
                if (selector.select(TIMEOUT_MILLIS) == 0) {
                    throw new SocketTimeoutException("the response takes too long");
                }
                selector.selectedKeys().clear();
            }
        }
        return response.toByteArray();
    }
}

package dev.tokensidecar.testing.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A kept-alive connection to a Unix domain socket, which the HTTP client of the JDK does not offer. */
public final class UnixHttp implements AutoCloseable {

    /** A response with a length. */
    public record Reply(int status, String body) {}

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)\r\n");
    private static final int MAX_RESPONSE = 64 * 1024;

    private final SocketChannel channel;

    public UnixHttp(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** Sends one request on a connection of its own. */
    public static Reply send(Path socket, String requestLine, String form, String... fields) throws IOException {
        try (UnixHttp connection = new UnixHttp(socket)) {
            return connection.send(requestLine, form, fields);
        }
    }

    /**
     * Sends a request and reads its response.
     *
     * @param requestLine method and target
     * @param form the body; empty for none
     */
    public Reply send(String requestLine, String form, String... fields) throws IOException {
        StringBuilder request = new StringBuilder(requestLine).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        if (!form.isEmpty()) {
            request.append("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ")
                    .append(form.length())
                    .append("\r\n");
        }
        ByteBuffer bytes =
                ByteBuffer.wrap(request.append("\r\n").append(form).toString().getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return read();
    }

    private Reply read() throws IOException {
        ByteBuffer response = ByteBuffer.allocate(MAX_RESPONSE);
        while (true) {
            if (channel.read(response) < 0) {
                throw new IOException("the connection ended in a response");
            }
            String text = new String(response.array(), 0, response.position(), ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            Matcher length = LENGTH.matcher(text);
            if (head > 0 && length.find() && text.length() >= head + 4 + Integer.parseInt(length.group(1))) {
                return new Reply(Integer.parseInt(text.substring(9, 12)), text.substring(head + 4));
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

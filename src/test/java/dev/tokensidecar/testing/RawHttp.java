package dev.tokensidecar.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** HTTP by hand, for requests that no client library would send and for clients that misbehave. */
public final class RawHttp implements AutoCloseable {

    /**
     * An answer as it came.
     *
     * @param head status line and headers in lower case
     */
    public record Reply(int status, List<String> head, String body) {}

    private final Socket socket;

    private RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
    }

    /** Sends these lines, ended as HTTP wants it, and leaves the connection open. */
    public static RawHttp send(int port, String... lines) {
        try {
            RawHttp connection = new RawHttp(port);
            connection.write(String.join("\r\n", lines) + "\r\n\r\n");
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads until the server closes the connection. */
    public Reply reply() {
        try {
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new AssertionError("no HTTP response: " + text);
            }
            int status = Integer.parseInt(text.substring(9, 12));
            List<String> head =
                    text.substring(0, end).toLowerCase(Locale.ROOT).lines().toList();
            return new Reply(status, head, text.substring(end + 4));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

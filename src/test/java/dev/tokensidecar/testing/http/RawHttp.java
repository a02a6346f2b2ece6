package dev.tokensidecar.testing.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Writes HTTP by hand, for requests that no client library sends and for clients that misbehave. */
public final class RawHttp implements AutoCloseable {

    /**
     * A response.
     *
     * @param head status line and headers in lower case
     */
    public record Response(int status, List<String> head, String body) {}

    private static final String END_OF_HEADER = "\r\n\r\n";

    private final Socket socket;

    private RawHttp(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private RawHttp(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(20_000);
    }

    /** Sends a request of these lines and leaves the connection open. */
    public static RawHttp send(int port, String... lines) {
        try {
            RawHttp connection = new RawHttp(port);
            connection.write(String.join("\r\n", lines) + "\r\n\r\n");
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a connection and sends nothing. */
    public static RawHttp open(int port) {
        try {
            return new RawHttp(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a connection from this address, and this port unless it is 0, and sends nothing. */
    public static RawHttp from(InetSocketAddress local, int port) {
        try {
            return new RawHttp(new Socket(InetAddress.getLoopbackAddress(), port, local.getAddress(), local.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sets the read timeout. */
    public RawHttp readTimeout(Duration timeout) {
        try {
            socket.setSoTimeout((int) timeout.toMillis());
            return this;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int localPort() {
        return socket.getLocalPort();
    }

    /** Sends the text without changes. */
    public RawHttp send(String text) {
        try {
            write(text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends more of a request. */
    public void sendMore(String text) {
        var unused = send(text);
    }

    private void write(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Whether the server closes the connection within this time, although nothing is read from it. */
    public boolean isClosedForWriting(Duration timeout) {
        return isClosedForWriting(socket, timeout);
    }

    /** Whether the other end closes a connection within this time, although nothing is read from it. */
    public static boolean isClosedForWriting(Socket socket, Duration timeout) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < timeout.toNanos()) {
            try {
                socket.getOutputStream().write(' ');
                Thread.sleep(1);
            } catch (IOException reset) {
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    /** Reads the head of a response. */
    public Response head() {
        try {
            StringBuilder text = new StringBuilder();
            while (text.indexOf(END_OF_HEADER) < 0) {
                text.append((char) oneByte());
            }
            return parse(text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one response with a {@code Content-Length}. */
    public Response readResponse() {
        try {
            Response header = head();
            byte[] body = socket.getInputStream().readNBytes(length(header));
            return new Response(header.status(), header.head(), new String(body, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int oneByte() throws IOException {
        int next = socket.getInputStream().read();
        if (next < 0) {
            throw new AssertionError("the connection is closed");
        }
        return next;
    }

    private static int length(Response header) {
        return header.head().stream()
                .filter(line -> line.startsWith("content-length: "))
                .map(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    /** Reads a response that ends when the server closes the connection. */
    public Response readUntilClosed() {
        try {
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            return parse(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until nothing has arrived for this time, or the connection ends. */
    public String readUntilSilent(Duration silence) {
        StringBuilder text = new StringBuilder();
        try {
            socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                text.append((char) next);
            }
        } catch (SocketException | SocketTimeoutException ended) {
            // return what has arrived
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * Waits until the server closes the connection.
     *
     * @return false if it sends something first
     */
    public boolean isClosed() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads and discards everything; true when the server closes the connection, false at the read timeout. */
    public boolean isClosedWhenRead() {
        try {
            while (socket.getInputStream().read(new byte[8192]) >= 0) {
                Thread.onSpinWait();
            }
            return true;
        } catch (SocketException reset) {
            return true;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Response parse(String text) {
        int end = text.indexOf(END_OF_HEADER);
        if (end < 0) {
            throw new AssertionError("no HTTP response: " + text);
        }
        int status = Integer.parseInt(text.substring(9, 12));
        List<String> head =
                text.substring(0, end).toLowerCase(Locale.ROOT).lines().toList();
        return new Response(status, head, text.substring(end + END_OF_HEADER.length()));
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

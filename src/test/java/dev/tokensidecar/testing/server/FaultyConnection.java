package dev.tokensidecar.testing.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.tokensidecar.testing.server.FaultProxy.Mode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/** One connection through a {@link FaultProxy}, with one request. */
final class FaultyConnection {

    private static final Duration BETWEEN_BYTES = Duration.ofMillis(50);
    private static final int MISSING = 20;
    private static final byte[] BANNER = "SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] PAGE =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\nPlease login".getBytes(US_ASCII);

    private final Socket client;
    private final Socket server = new Socket();
    private final int target;
    private final Mode mode;
    private final CountDownLatch closedByClient = new CountDownLatch(1);

    FaultyConnection(Socket client, int target, Mode mode) {
        this.client = client;
        this.target = target;
        this.mode = mode;
    }

    /** Returns when the connection has ended. */
    void serve() throws InterruptedException {
        try {
            if (mode != Mode.BLACK_HOLE) {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            }
            var unused = Thread.ofVirtual().start(this::forwardRequest);
            respond(client.getOutputStream());
        } catch (IOException broken) {
            // closed by the client, the server or the end of the test
        }
    }

    /** Returns whether the client closes its end within this time. */
    boolean closedByClientWithin(Duration time) throws InterruptedException {
        return closedByClient.await(time.toNanos(), NANOSECONDS);
    }

    void close() {
        try {
            client.close();
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void forwardRequest() {
        try {
            OutputStream out = mode == Mode.BLACK_HOLE ? OutputStream.nullOutputStream() : server.getOutputStream();
            client.getInputStream().transferTo(out);
        } catch (IOException broken) {
            // the client is gone
        } finally {
            closedByClient.countDown();
            close();
        }
    }

    private void respond(OutputStream out) throws IOException, InterruptedException {
        switch (mode) {
            case PASS, REFUSE -> out.write(wholeResponse());
            case BLACK_HOLE -> closedByClient.await();
            case LATE -> {
                byte[] response = wholeResponse();
                Thread.sleep(FaultProxy.LATENCY);
                out.write(response);
            }
            case HALF_OPEN -> {
                var unused = wholeResponse();
                closedByClient.await();
            }
            case LOST_RESPONSE -> {
                var unused = wholeResponse();
                reset();
            }
            case RESET_IN_BODY -> {
                out.write(truncatedResponse());
                reset();
            }
            case CLOSED_IN_BODY -> out.write(truncatedResponse());
            case DRIBBLE -> {
                for (byte one : wholeResponse()) {
                    out.write(one);
                    Thread.sleep(BETWEEN_BYTES);
                }
            }
            case NO_HTTP -> replaceResponse(BANNER, out);
            case LOGIN_PAGE -> replaceResponse(PAGE, out);
        }
    }

    /** Returns everything that the server sends until it closes the connection. */
    private byte[] wholeResponse() throws IOException {
        return server.getInputStream().readAllBytes();
    }

    private byte[] truncatedResponse() throws IOException {
        byte[] response = wholeResponse();
        return Arrays.copyOf(response, response.length - MISSING);
    }

    private void replaceResponse(byte[] bytes, OutputStream out) throws IOException {
        var unused = wholeResponse();
        out.write(bytes);
    }

    /** Resets the connection: with a linger time of zero, close sends a reset. */
    private void reset() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }
}

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

/** One connection through a {@link FaultProxy}, with one request and what becomes of its answer. */
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
    private final CountDownLatch leftByClient = new CountDownLatch(1);

    FaultyConnection(Socket client, int target, Mode mode) {
        this.client = client;
        this.target = target;
        this.mode = mode;
    }

    /** Returns when nothing more is to come. */
    void serve() throws InterruptedException {
        try {
            if (mode != Mode.BLACK_HOLE) {
                server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            }
            var unused = Thread.ofVirtual().start(this::forwardRequest);
            answer(client.getOutputStream());
        } catch (IOException broken) {
            // by the client, the server or the end of the test
        }
    }

    /** Whether the client has closed its end, or does so soon. */
    boolean leftByClientWithin(Duration time) throws InterruptedException {
        return leftByClient.await(time.toNanos(), NANOSECONDS);
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
            leftByClient.countDown();
            close();
        }
    }

    private void answer(OutputStream out) throws IOException, InterruptedException {
        switch (mode) {
            case PASS, REFUSE -> out.write(wholeAnswer());
            case BLACK_HOLE -> leftByClient.await();
            case LATE -> {
                byte[] answer = wholeAnswer();
                Thread.sleep(FaultProxy.LATENCY);
                out.write(answer);
            }
            case HALF_OPEN -> {
                var unused = wholeAnswer();
                leftByClient.await();
            }
            case LOST_ANSWER -> {
                var unused = wholeAnswer();
                reset();
            }
            case RESET_WITHIN -> {
                out.write(mostOfTheAnswer());
                reset();
            }
            case CUT -> out.write(mostOfTheAnswer());
            case DRIBBLE -> {
                for (byte one : wholeAnswer()) {
                    out.write(one);
                    Thread.sleep(BETWEEN_BYTES);
                }
            }
            case NO_HTTP -> instead(BANNER, out);
            case LOGIN_PAGE -> instead(PAGE, out);
        }
    }

    /** What the server says until it closes the connection. */
    private byte[] wholeAnswer() throws IOException {
        return server.getInputStream().readAllBytes();
    }

    private byte[] mostOfTheAnswer() throws IOException {
        byte[] answer = wholeAnswer();
        return Arrays.copyOf(answer, answer.length - MISSING);
    }

    private void instead(byte[] bytes, OutputStream out) throws IOException {
        var unused = wholeAnswer();
        out.write(bytes);
    }

    /** Without a linger time, closing a socket resets it. */
    private void reset() throws IOException {
        client.setSoLinger(true, 0);
        client.close();
    }
}

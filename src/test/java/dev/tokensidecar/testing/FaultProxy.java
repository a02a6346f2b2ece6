package dev.tokensidecar.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A loopback TCP proxy for one client that opens a connection for each request. What goes wrong with a connection is
 * what was chosen when it was opened.
 */
public final class FaultProxy implements AutoCloseable {

    /** How late an answer is that comes {@link Mode#LATE}. */
    public static final Duration LATENCY = Duration.ofSeconds(5);

    /** What becomes of a connection. */
    public enum Mode {
        /** Nothing goes wrong. */
        PASS,
        /** Nobody listens. */
        REFUSE,
        /** It is accepted, and nothing it brings gets any further. */
        BLACK_HOLE,
        /** The answer comes after {@link #LATENCY}. */
        LATE,
        /** The server has answered and gone, and nobody tells the client. */
        HALF_OPEN,
        /** The server has answered, and the client gets a reset instead. */
        LOST_ANSWER,
        /** A reset within the body of the answer. */
        RESET_WITHIN,
        /** The regular end of the connection within the body of the answer. */
        CUT,
        /** The answer comes byte by byte, and takes longer than anybody waits. */
        DRIBBLE,
        /** The server has answered, and the client gets something that is no HTTP. */
        NO_HTTP,
        /** The server has answered, and the client gets the page of a captive portal. */
        LOGIN_PAGE
    }

    private static final Duration BETWEEN_BYTES = Duration.ofMillis(50);
    private static final int MISSING = 20;
    private static final byte[] BANNER = "SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes(US_ASCII);
    private static final byte[] PAGE =
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 12\r\n\r\nPlease login".getBytes(US_ASCII);

    private final int target;
    private final int port;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable Connection> latest = new AtomicReference<>();
    private final AtomicInteger overlaps = new AtomicInteger();
    private volatile Mode mode = Mode.PASS;
    private ServerSocket listener;

    /** Listens on a free port; the target is another port of the loopback interface. */
    public FaultProxy(int target) {
        this.target = target;
        this.listener = listen(0);
        this.port = listener.getLocalPort();
    }

    /** The address of a path of the target, by way of this proxy. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port).resolve(path);
    }

    /** Chooses what becomes of the connections from now on. */
    public synchronized void mode(Mode next) {
        mode = next;
        if (next == Mode.REFUSE) {
            close(listener);
        } else if (listener.isClosed()) {
            listener = listen(port);
        }
    }

    /** How often the client opened a connection and kept the former one. */
    public int overlaps() {
        return overlaps.get();
    }

    @Override
    public synchronized void close() {
        close(listener);
        open.forEach(Connection::close);
    }

    private ServerSocket listen(int wanted) {
        try {
            ServerSocket socket = new ServerSocket(wanted, 50, InetAddress.getLoopbackAddress());
            var unused = Thread.ofVirtual().start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Connection connection = new Connection(socket.accept());
                var unused = Thread.ofVirtual().start(connection::serve);
            }
        } catch (IOException closed) {
            // refused from now on, or over
        }
    }

    private static void close(AutoCloseable it) {
        try {
            it.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Connection {

        private final Socket client;
        private final Socket server = new Socket();
        private final CountDownLatch clientGone = new CountDownLatch(1);

        Connection(Socket client) {
            this.client = client;
            open.add(this);
        }

        void serve() {
            Mode chosen = mode;
            try {
                countOverlap();
                if (chosen != Mode.BLACK_HOLE) {
                    server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                }
                var unused = Thread.ofVirtual().start(() -> forward(chosen));
                answer(chosen);
            } catch (IOException broken) {
                // by the client, the server or the end of the test
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                close();
            }
        }

        /** A connection that was closed before is at its end here as well, or will be in a moment. */
        private void countOverlap() throws InterruptedException {
            Connection former = latest.getAndSet(this);
            if (former != null && !former.clientGone.await(1, SECONDS)) {
                overlaps.incrementAndGet();
            }
        }

        private void forward(Mode chosen) {
            try {
                client.getInputStream()
                        .transferTo(
                                chosen == Mode.BLACK_HOLE ? OutputStream.nullOutputStream() : server.getOutputStream());
            } catch (IOException broken) {
                // the client is gone
            } finally {
                clientGone.countDown();
                close();
            }
        }

        private void answer(Mode chosen) throws IOException, InterruptedException {
            OutputStream out = client.getOutputStream();
            switch (chosen) {
                case PASS, REFUSE -> server.getInputStream().transferTo(out);
                case BLACK_HOLE -> clientGone.await();
                case LATE -> {
                    byte[] answer = wholeAnswer();
                    Thread.sleep(LATENCY);
                    out.write(answer);
                }
                case HALF_OPEN -> {
                    var unused = wholeAnswer();
                    clientGone.await();
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
                case NO_HTTP -> instead(BANNER);
                case LOGIN_PAGE -> instead(PAGE);
            }
        }

        private byte[] wholeAnswer() throws IOException {
            return server.getInputStream().readAllBytes();
        }

        private byte[] mostOfTheAnswer() throws IOException {
            byte[] answer = wholeAnswer();
            return Arrays.copyOf(answer, answer.length - MISSING);
        }

        private void instead(byte[] bytes) throws IOException {
            var unused = wholeAnswer();
            client.getOutputStream().write(bytes);
        }

        /** Without a linger time, closing a socket resets it. */
        private void reset() throws IOException {
            client.setSoLinger(true, 0);
            client.close();
        }

        void close() {
            open.remove(this);
            FaultProxy.close(client);
            FaultProxy.close(server);
        }
    }
}

package dev.tokensidecar.testing.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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

    /** A client that has closed a connection before it opens the next one is seen to have done so by then. */
    private static final Duration NOTICED = Duration.ofSeconds(1);

    private final int target;
    private final int port;
    private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable FaultyConnection> latest = new AtomicReference<>();
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
        open.forEach(FaultyConnection::close);
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
                FaultyConnection connection = new FaultyConnection(socket.accept(), target, mode);
                open.add(connection);
                var unused = Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException closed) {
            // refused from now on, or over
        }
    }

    private void serve(FaultyConnection connection) {
        try {
            FaultyConnection former = latest.getAndSet(connection);
            if (former != null && !former.leftByClientWithin(NOTICED)) {
                overlaps.incrementAndGet();
            }
            connection.serve();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
            open.remove(connection);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

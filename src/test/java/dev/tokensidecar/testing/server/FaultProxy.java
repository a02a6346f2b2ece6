package dev.tokensidecar.testing.server;

import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A loopback TCP proxy for one client that opens a connection for each request. The mode at the time of the connection
 * decides its fault.
 */
public final class FaultProxy implements AutoCloseable {

    /** The delay of {@link Mode#LATE}. */
    public static final Duration LATENCY = Duration.ofSeconds(5);

    /** The fault of a connection. */
    public enum Mode {
        /** No fault. */
        PASS,
        /** The connection is refused. */
        REFUSE,
        /** The connection is accepted, and its bytes are discarded. */
        BLACK_HOLE,
        /** The response arrives after {@link #LATENCY}. */
        LATE,
        /** The server has responded and closed its end, and the client gets neither. */
        HALF_OPEN,
        /** The server has responded, and the client gets a reset instead. */
        LOST_RESPONSE,
        /** A reset within the body of the response. */
        RESET_IN_BODY,
        /** A regular close within the body of the response. */
        CLOSED_IN_BODY,
        /** The response arrives byte by byte, more slowly than any client waits. */
        DRIBBLE,
        /** The server has responded, and the client gets something other than HTTP. */
        NO_HTTP,
        /** The server has responded, and the client gets the page of a captive portal. */
        LOGIN_PAGE
    }

    /** How long the close of the previous connection may take to be noticed. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private final int target;
    private final int port;
    private final Set<FaultyConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicReference<@Nullable FaultyConnection> latest = new AtomicReference<>();
    private final AtomicInteger overlaps = new AtomicInteger();
    private volatile Mode mode = Mode.PASS;
    private Acceptor acceptor;

    /** Listens on a free port; the target is another loopback port. */
    public FaultProxy(int target) {
        this.target = target;
        this.acceptor = new Acceptor(0, this::accepted);
        this.port = acceptor.port();
    }

    /** Returns the address of a path of the target behind this proxy. */
    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port).resolve(path);
    }

    /** Sets the fault of connections from now on. */
    public synchronized void mode(Mode next) {
        mode = next;
        if (next == Mode.REFUSE) {
            acceptor.close();
        } else if (acceptor.isClosed()) {
            acceptor = new Acceptor(port, this::accepted);
        }
    }

    /** Returns how often the client opened a connection without closing the previous one. */
    public int overlaps() {
        return overlaps.get();
    }

    @Override
    public synchronized void close() {
        acceptor.close();
        open.forEach(FaultyConnection::close);
    }

    private void accepted(Socket socket) {
        FaultyConnection connection = new FaultyConnection(socket, target, mode);
        open.add(connection);
        var unused = Thread.ofVirtual().start(() -> serve(connection));
    }

    private void serve(FaultyConnection connection) {
        try {
            FaultyConnection previous = latest.getAndSet(connection);
            if (previous != null && !previous.closedByClientWithin(CLOSE_TIMEOUT)) {
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
}

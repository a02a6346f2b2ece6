package dev.tokensidecar.testing.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Accepts connections on a loopback port, on a thread of its own, until it is closed. */
public final class Acceptor implements AutoCloseable {

    private static final int BACKLOG = 1000;

    private final ServerSocket listener;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * Starts to accept connections.
     *
     * @param port zero for a free one
     * @param accepted gets each connection; must not block
     */
    public Acceptor(int port, Consumer<Socket> accepted) {
        try {
            listener = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        var unused = Thread.ofVirtual().start(() -> accept(accepted));
    }

    public int port() {
        return listener.getLocalPort();
    }

    public boolean isClosed() {
        return listener.isClosed();
    }

    private void accept(Consumer<Socket> accepted) {
        try {
            while (true) {
                accepted.accept(listener.accept());
            }
        } catch (IOException closed) {
            // nobody wants more connections
        } finally {
            ended.complete(null);
        }
    }

    /** Waits until the accepting thread has ended: as long as it is waiting in the kernel, the kernel accepts connections. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        ended.join();
    }
}

package dev.tokensidecar.kubernetes.session;

import dev.tokensidecar.testing.server.Acceptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between one process and one server: a TCP proxy on loopback that can fail and be mended. */
public final class Link implements AutoCloseable {

    /** What the network does. */
    public enum State {
        /** It works. */
        OPEN,
        /** Everything is lost without a word, on old connections and on new ones. */
        SILENT,
        /** New connections are refused, and old ones are reset. */
        REFUSING
    }

    private final int target;
    private final int port;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private Acceptor acceptor;
    private volatile State state = State.OPEN;

    /** @param target the port of the server on 127.0.0.1 */
    public Link(int target) {
        this.target = target;
        this.acceptor = new Acceptor(0, this::accepted);
        this.port = acceptor.port();
    }

    /** Returns the port for the process. */
    public int port() {
        return port;
    }

    /** Changes the state. A connection that lost anything is reset when the network works again. */
    public synchronized void become(State next) {
        if (next == state) {
            return;
        }
        state = next;
        if (next == State.REFUSING) {
            acceptor.close();
        } else if (acceptor.isClosed()) {
            acceptor = new Acceptor(port, this::accepted);
        }
        connections.stream()
                .filter(connection -> next == State.REFUSING || connection.lossy)
                .forEach(Connection::reset);
        if (next == State.SILENT) {
            connections.forEach(connection -> connection.lossy = true);
        }
    }

    private void accepted(Socket socket) {
        Connection connection = new Connection(socket, state == State.SILENT);
        connections.add(connection);
        var unused = Thread.ofVirtual().start(connection::serve);
    }

    @Override
    public synchronized void close() {
        acceptor.close();
        connections.forEach(Connection::reset);
    }

    private final class Connection {

        private final Socket client;
        private final Socket server = new Socket();
        private volatile boolean lossy;

        Connection(Socket client, boolean lossy) {
            this.client = client;
            this.lossy = lossy;
        }

        void serve() {
            try {
                if (!lossy) {
                    server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
                    var unused = Thread.ofVirtual().start(() -> copy(server, client));
                }
                copy(client, server);
            } catch (IOException unreachable) {
                reset();
            }
        }

        /** Forwards bytes until one end closes, and discards those that get lost. A close gets lost too. */
        private void copy(Socket from, Socket to) {
            byte[] bytes = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    if (!lossy) {
                        OutputStream out = to.getOutputStream();
                        out.write(bytes, 0, read);
                    }
                }
            } catch (IOException broken) {
                // as good as closed
            }
            if (!lossy) {
                close();
            }
        }

        private void close() {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                connections.remove(this);
            }
        }

        /** With a linger time of zero, close sends a reset. */
        private void reset() {
            for (Socket end : new Socket[] {client, server}) {
                try {
                    if (!end.isClosed()) {
                        end.setSoLinger(true, 0);
                    }
                    end.close();
                } catch (IOException closedMeanwhile) {
                    // that is what this is for
                }
            }
            connections.remove(this);
        }
    }
}

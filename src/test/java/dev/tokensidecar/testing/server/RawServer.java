package dev.tokensidecar.testing.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A loopback server that runs a script, byte by byte, on each connection. */
public final class RawServer implements AutoCloseable {

    /** The behavior on one connection. */
    public interface Script {
        void play(Connection connection) throws IOException;
    }

    private final Acceptor acceptor;
    private final Script script;
    private final AtomicInteger connections = new AtomicInteger();

    /** Completes when a request, or the first byte of anything else, has arrived. */
    public final CompletableFuture<String> arrived = new CompletableFuture<>();

    /** Completes when the client has closed a connection. */
    public final CompletableFuture<Boolean> closedByClient = new CompletableFuture<>();

    /** Whether the client closed it by a reset. */
    public volatile boolean reset;

    public RawServer(Script script) {
        this.script = script;
        this.acceptor = new Acceptor(0, this::accepted);
    }

    public URI http() {
        return URI.create("http://127.0.0.1:" + acceptor.port() + "/token?tenant=1");
    }

    public URI https() {
        return URI.create("https://127.0.0.1:" + acceptor.port() + "/token");
    }

    /** Returns the number of connections so far. */
    public int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        acceptor.close();
    }

    private void accepted(Socket socket) {
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
    }

    private void serve(Socket socket) {
        try (socket) {
            script.play(new Connection(socket));
        } catch (IOException broken) {
            reset = true;
            closedByClient.complete(true);
        }
    }

    /** One accepted connection. */
    public final class Connection {

        private final Socket socket;

        Connection(Socket socket) {
            this.socket = socket;
        }

        /** Reads one request with its body. */
        public void readRequest() throws IOException {
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            StringBuilder request = new StringBuilder();
            int length = 0;
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                request.append(line).append('\n');
                if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                    length = Integer.parseInt(line.substring(15).strip());
                }
            }
            request.append('\n');
            for (int i = 0; i < length; i++) {
                request.append((char) in.read());
            }
            arrived.complete(request.toString());
        }

        public void send(String text) throws IOException {
            send(text.getBytes(ISO_8859_1));
        }

        /** Sends some bytes. */
        public void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        }

        public void respond(int status, String body) throws IOException {
            send("HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s".formatted(status, body.length(), body));
        }

        /** Reads without responding until the client closes the connection. */
        public void hold() throws IOException {
            int read = socket.getInputStream().read();
            arrived.complete("bytes");
            while (read >= 0) {
                read = socket.getInputStream().read();
            }
            closedByClient.complete(true);
        }

        /** Sends a byte now and then until the client closes the connection. */
        public void trickle() throws IOException {
            socket.setSoTimeout(10);
            while (true) {
                try {
                    if (socket.getInputStream().read() < 0) {
                        closedByClient.complete(true);
                        return;
                    }
                } catch (SocketTimeoutException stillThere) {
                    send("x");
                }
            }
        }

        /** Without a linger time, closing a socket resets it. */
        public void reset() throws SocketException {
            socket.setSoLinger(true, 0);
        }
    }
}

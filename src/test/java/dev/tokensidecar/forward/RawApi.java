package dev.tokensidecar.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that sends exactly the bytes that the test chooses, on any number of connections. */
final class RawApi implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    private final Script script;

    /** Runs after the head of each request. */
    interface Script {
        void respond(Connection connection, String requestLine) throws IOException;
    }

    /** An accepted connection. */
    record Connection(Socket socket, BufferedReader in) {

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }
    }

    RawApi(Script script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** Responds to every request with these bytes. */
    static RawApi responding(String response) throws IOException {
        return new RawApi((connection, line) -> connection.send(response));
    }

    int port() {
        return listener.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // the test has ended
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Connection connection = new Connection(
                    socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1)));
            for (String line = connection.in().readLine();
                    line != null;
                    line = connection.in().readLine()) {
                String field = connection.in().readLine();
                while (field != null && !field.isEmpty()) {
                    field = connection.in().readLine();
                }
                script.respond(connection, line);
            }
        } catch (IOException gone) {
            // the other end has closed it
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

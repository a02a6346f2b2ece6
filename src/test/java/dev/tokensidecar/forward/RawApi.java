package dev.tokensidecar.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tokensidecar.testing.server.Acceptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that sends exactly the bytes that the test chooses, on any number of connections. */
final class RawApi implements AutoCloseable {

    private final Acceptor acceptor;
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

    RawApi(Script script) {
        this.script = script;
        this.acceptor = new Acceptor(0, this::accepted);
    }

    /** Responds to every request with these bytes. */
    static RawApi responding(String response) {
        return new RawApi((connection, line) -> connection.send(response));
    }

    int port() {
        return acceptor.port();
    }

    int connections() {
        return connections.get();
    }

    private void accepted(Socket socket) {
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket));
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
    public void close() {
        acceptor.close();
    }
}

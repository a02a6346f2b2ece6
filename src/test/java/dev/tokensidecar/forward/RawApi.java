package dev.tokensidecar.forward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that sends what the test says, byte for byte, on as many connections as there are. */
final class RawApi implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    private final Script script;

    /** What happens after the head of each request. */
    interface Script {
        void answer(Connection connection, String requestLine) throws IOException;
    }

    /** One that was accepted. */
    record Connection(Socket socket, BufferedReader in) {

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }
    }

    RawApi(Script script) throws IOException {
        this.script = script;
        Thread.ofVirtual().start(this::accept);
    }

    /** Answers every request with these bytes. */
    static RawApi saying(String answer) throws IOException {
        return new RawApi((connection, line) -> connection.send(answer));
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
            // the test is over
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
                script.answer(connection, line);
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

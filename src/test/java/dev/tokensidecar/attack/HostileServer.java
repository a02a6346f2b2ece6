package dev.tokensidecar.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tokensidecar.testing.server.Acceptor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on the loopback interface that sends exactly the bytes that a test chooses, valid or not. */
final class HostileServer implements AutoCloseable {

    private static final String END = "\r\n\r\n";

    /** The head of a request as it arrived. */
    record Head(String text) {

        /** Path and query. */
        String target() {
            return text.split(" ", 3)[1];
        }

        private int length() {
            return text.lines()
                    .filter(line -> line.regionMatches(true, 0, "content-length:", 0, 15))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
        }
    }

    /** Responds to a request. The connection stays open unless the script closes it. */
    @FunctionalInterface
    interface Script {
        void respond(Head request, Exchange exchange) throws IOException, InterruptedException;
    }

    private final Acceptor acceptor;
    private final List<Head> requests = new CopyOnWriteArrayList<>();
    private volatile Script script = (request, exchange) -> exchange.ok("nothing");

    HostileServer() {
        acceptor = new Acceptor(0, this::accepted);
    }

    /** Responds like this from now on, and forgets earlier requests. */
    void script(Script next) {
        requests.clear();
        script = next;
    }

    String uri(String path) {
        return "http://127.0.0.1:" + acceptor.port() + path;
    }

    /** The requests since the last change of the script. */
    List<Head> requests() {
        return List.copyOf(requests);
    }

    private void accepted(Socket socket) {
        var unused = Thread.ofVirtual().start(() -> serve(socket));
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Head head = read(in); head != null; head = read(in)) {
                requests.add(head);
                script.respond(head, new Exchange(socket, in, head.length()));
            }
        } catch (IOException | InterruptedException | UncheckedIOException gone) {
            // the client has closed the connection
        }
    }

    private static @org.jspecify.annotations.Nullable Head read(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(END, Math.max(0, text.length() - END.length())) < 0) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            text.append((char) next);
        }
        return new Head(text.toString());
    }

    @Override
    public void close() {
        acceptor.close();
    }

    /** A request and its response. */
    record Exchange(Socket socket, InputStream in, int length) {

        void readBody() throws IOException {
            in.skipNBytes(length);
        }

        void send(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(ISO_8859_1));
            out.flush();
        }

        /** Reads the body and responds with this one. */
        void ok(String body) throws IOException {
            readBody();
            send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + END + body);
        }

        void json(String body) throws IOException {
            readBody();
            send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + END + body);
        }
    }
}

package dev.tokensidecar.testing.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A loopback HTTP proxy that takes every name for loopback. It opens tunnels, and forwards one request of each connection that
 * needs none.
 */
public final class NamingProxy implements AutoCloseable {

    private static final Pattern TUNNEL = Pattern.compile("CONNECT ([^ ]+):(\\d+) HTTP/1\\.1");
    private static final Pattern FORWARD = Pattern.compile("(\\w+) http://([^/ ]+):(\\d+)(/[^ ]*) HTTP/1\\.1");
    private static final String CREDENTIALS = "proxy-authorization: ";

    /**
     * The head of a request.
     *
     * @param line the request line
     * @param credentials what follows {@code Proxy-Authorization}; null for nothing
     */
    public record Head(String line, @Nullable String credentials) {}

    private final Acceptor acceptor = new Acceptor(0, this::accepted);
    private final List<Head> heads = new CopyOnWriteArrayList<>();
    private volatile int refusal;

    public int port() {
        return acceptor.port();
    }

    /** Returns the heads of all requests so far. */
    public List<Head> heads() {
        return List.copyOf(heads);
    }

    /** Responds to each request from now on with this status. */
    public void refuse(int status) {
        refusal = status;
    }

    @Override
    public void close() {
        acceptor.close();
    }

    private void accepted(Socket caller) {
        var unused = Thread.ofVirtual().start(() -> serve(caller));
    }

    private void serve(Socket caller) {
        try (caller) {
            List<String> lines = lines(caller.getInputStream());
            Optional<String> credentials = lines.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(CREDENTIALS))
                    .findFirst();
            heads.add(new Head(
                    lines.getFirst(),
                    credentials
                            .map(line -> line.substring(CREDENTIALS.length()))
                            .orElse(null)));
            if (refusal != 0) {
                send(caller, "HTTP/1.1 " + refusal + " X\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            connect(caller, lines);
        } catch (IOException broken) {
            // the client or the server has closed its connection
        }
    }

    private static void connect(Socket caller, List<String> lines) throws IOException {
        Matcher tunnel = TUNNEL.matcher(lines.getFirst());
        Matcher forward = FORWARD.matcher(lines.getFirst());
        if (tunnel.matches()) {
            try (Socket server = open(tunnel.group(2))) {
                send(caller, "HTTP/1.1 200 Connected\r\n\r\n");
                relay(caller, server);
            }
        } else if (forward.matches()) {
            try (Socket server = open(forward.group(3))) {
                List<String> rest = new ArrayList<>(lines.subList(1, lines.size()));
                rest.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith(CREDENTIALS));
                rest.addFirst(forward.group(1) + " " + forward.group(4) + " HTTP/1.1");
                send(server, String.join("\r\n", rest) + "\r\n\r\n");
                relay(caller, server);
            }
        } else {
            send(caller, "HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n");
        }
    }

    private static Socket open(String port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private static void relay(Socket caller, Socket server) throws IOException {
        var unused = Thread.ofVirtual().start(() -> copy(caller, server));
        server.getInputStream().transferTo(caller.getOutputStream());
    }

    private static void copy(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException broken) {
            // the other direction sees it too
        }
    }

    private static List<String> lines(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the head has no end");
            }
            if (next == '\n' && line.isEmpty()) {
                return lines;
            }
            if (next == '\n') {
                lines.add(line.toString());
                line.setLength(0);
            } else if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    private static void send(Socket to, String text) throws IOException {
        OutputStream out = to.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }
}

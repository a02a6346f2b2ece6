package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks the health endpoints of the sidecar on this host: for exec probes, hooks and {@code HEALTHCHECK} in an image that has
 * neither a shell nor curl. Each probe is a process of its own, so the class uses nothing but a socket.
 *
 * @param check one of {@code started}, {@code ready} and {@code live}
 * @param server the address of the management interface
 * @param waitFor how long to repeat the request until the check is up; zero for a single request
 */
record Probe(String check, InetSocketAddress server, Duration waitFor) {

    private static final List<String> CHECKS = List.of("started", "ready", "live");
    private static final String WAIT = "--wait=";
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(100);
    private static final String UP = "200";

    /**
     * Parses {@code probe CHECK [--wait=DURATION]}. {@code QUARKUS_MANAGEMENT_HOST} and {@code QUARKUS_MANAGEMENT_PORT}
     * give the address of the server.
     *
     * @throws IllegalArgumentException if the arguments are invalid; the message says how to correct them
     */
    static Probe of(List<String> arguments, Map<String, String> environment) {
        if (!arguments.getFirst().equals("probe")) {
            throw new IllegalArgumentException("unknown command: " + arguments.getFirst());
        }
        if (arguments.size() < 2 || !CHECKS.contains(arguments.get(1))) {
            throw new IllegalArgumentException("probe needs one of " + String.join(", ", CHECKS));
        }
        return new Probe(arguments.get(1), server(environment), parseWait(arguments.subList(2, arguments.size())));
    }

    private static Duration parseWait(List<String> options) {
        if (options.isEmpty()) {
            return Duration.ZERO;
        }
        String option = options.getFirst();
        if (options.size() > 1 || !option.startsWith(WAIT)) {
            throw new IllegalArgumentException("probe does not accept " + String.join(" ", options));
        }
        try {
            return Duration.parse("PT" + option.substring(WAIT.length()));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(option + " is not a duration such as 60s or 2m", e);
        }
    }

    private static InetSocketAddress server(Map<String, String> environment) {
        String host = environment.getOrDefault("QUARKUS_MANAGEMENT_HOST", "0.0.0.0");
        String port = environment.getOrDefault("QUARKUS_MANAGEMENT_PORT", "9191");
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        try {
            return new InetSocketAddress(everywhere ? "127.0.0.1" : host, Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("QUARKUS_MANAGEMENT_PORT is not a port: " + port, e);
        }
    }

    /** Prints the result in one line and returns the exit code: 0 up, 1 not. */
    int run(PrintStream out) {
        long start = System.nanoTime();
        String status = request();
        while (!UP.equals(status) && System.nanoTime() - start < waitFor.toNanos() && pause()) {
            status = request();
        }
        out.println(check + ": " + describe(status));
        return UP.equals(status) ? 0 : 1;
    }

    private String describe(@Nullable String status) {
        if (status == null) {
            return "no response from " + server.getHostString() + ":" + server.getPort();
        }
        return UP.equals(status) ? "up" : "down (HTTP " + status + ")";
    }

    private static boolean pause() {
        try {
            Thread.sleep(RETRY_INTERVAL);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** @return the status of the response; null without one */
    private @Nullable String request() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            String request = "GET /q/health/" + check + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            String statusLine = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
            String[] words = statusLine == null ? new String[0] : statusLine.split(" ", 3);
            return words.length < 2 ? null : words[1];
        } catch (IOException noResponse) {
            return null;
        }
    }
}

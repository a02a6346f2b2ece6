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
 * A question to the health endpoints of the sidecar that runs beside: for exec probes, hooks and {@code HEALTHCHECK} in an
 * image that has neither a shell nor curl. It uses nothing but a socket, since it is a process of its own each time.
 *
 * @param check which of {@code started}, {@code ready} and {@code live}
 * @param server where the management interface listens
 * @param patience how long to ask again until it is up; zero to ask once
 */
record Probe(String check, InetSocketAddress server, Duration patience) {

    private static final List<String> CHECKS = List.of("started", "ready", "live");
    private static final String WAIT = "--wait=";
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final String UP = "200";

    /**
     * Reads {@code probe CHECK [--wait=DURATION]}; the server is where {@code QUARKUS_MANAGEMENT_HOST} and
     * {@code QUARKUS_MANAGEMENT_PORT} put it.
     *
     * @throws IllegalArgumentException if that cannot be read; the message says what to write
     */
    static Probe of(List<String> arguments, Map<String, String> environment) {
        if (!arguments.getFirst().equals("probe")) {
            throw new IllegalArgumentException("there is no command " + arguments.getFirst());
        }
        if (arguments.size() < 2 || !CHECKS.contains(arguments.get(1))) {
            throw new IllegalArgumentException("probe needs one of " + String.join(", ", CHECKS));
        }
        return new Probe(arguments.get(1), server(environment), patience(arguments.subList(2, arguments.size())));
    }

    private static Duration patience(List<String> options) {
        if (options.isEmpty()) {
            return Duration.ZERO;
        }
        String option = options.getFirst();
        if (options.size() > 1 || !option.startsWith(WAIT)) {
            throw new IllegalArgumentException("probe takes no " + String.join(" ", options));
        }
        try {
            return Duration.parse("PT" + option.substring(WAIT.length()));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(option + " is no duration like 60s or 2m", e);
        }
    }

    private static InetSocketAddress server(Map<String, String> environment) {
        String host = environment.getOrDefault("QUARKUS_MANAGEMENT_HOST", "0.0.0.0");
        String port = environment.getOrDefault("QUARKUS_MANAGEMENT_PORT", "9191");
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        try {
            return new InetSocketAddress(everywhere ? "127.0.0.1" : host, Integer.parseInt(port));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("QUARKUS_MANAGEMENT_PORT is no port: " + port, e);
        }
    }

    /** Asks, tells the answer in one line, and gives the exit code: 0 up, 1 not. */
    int run(PrintStream out) {
        long begun = System.nanoTime();
        String status = ask();
        while (!UP.equals(status) && System.nanoTime() - begun < patience.toNanos() && pause()) {
            status = ask();
        }
        out.println(check + ": " + told(status));
        return UP.equals(status) ? 0 : 1;
    }

    private String told(@Nullable String status) {
        if (status == null) {
            return "no answer from " + server.getHostString() + ":" + server.getPort();
        }
        return UP.equals(status) ? "up" : "down (HTTP " + status + ")";
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOK_AGAIN);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The status of the answer; null without one. */
    private @Nullable String ask() {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            String question = "GET /q/health/" + check + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(question.getBytes(US_ASCII));
            String answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
            String[] words = answer == null ? new String[0] : answer.split(" ", 3);
            return words.length < 2 ? null : words[1];
        } catch (IOException nobody) {
            return null;
        }
    }
}

package dev.tokensidecar.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks the health endpoints of the sidecar on this host: for exec probes, hooks and {@code HEALTHCHECK} in an image that has
 * neither a shell nor curl.
 *
 * @param check one of {@code started}, {@code ready} and {@code live}
 * @param server the address of the management interface
 * @param waitFor how long to repeat the request until the check is up; zero for a single request
 * @param nanos the monotonic clock
 */
record Probe(String check, InetSocketAddress server, Duration waitFor, LongSupplier nanos) {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final Duration RETRY_INTERVAL = Duration.ofMillis(100);
    private static final String UP = "200";

    /** Prints the result in one line and returns the exit code: 0 up, 1 not. */
    int run(PrintStream out) {
        long start = nanos.getAsLong();
        String status = request();
        while (!UP.equals(status) && nanos.getAsLong() - start < waitFor.toNanos() && pause()) {
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

package dev.tokensidecar.testing.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** A process that writes a log file and never outlives the tests. */
public final class ChildProcess implements AutoCloseable {

    private static final int FIRST_PORT = 12_000;
    private static final int LAST_PORT = 30_000;
    private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private final Process process;
    private final Path log;
    private final Thread killer;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.killer = new Thread(this::kill);
    }

    /**
     * Starts the command with these variables in addition to the environment of the test. Output and errors go into the log
     * file.
     */
    public static ChildProcess start(List<String> command, Map<String, String> environment, Path log) {
        return start(Path.of(""), command, environment, log);
    }

    /** Starts the command in another working directory. */
    static ChildProcess start(Path directory, List<String> command, Map<String, String> environment, Path log) {
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toAbsolutePath().toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            ChildProcess child = new ChildProcess(builder.start(), log);
            Runtime.getRuntime().addShutdownHook(child.killer);
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns a port that was free a moment ago, and no port twice. It is below the range from which the kernel takes ports
     * for connections, so that none of those takes it before the caller does.
     */
    public static int freePort() {
        int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
        return GIVEN_PORTS.add(port) && isFree(port) ? port : freePort();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** Waits until something accepts connections on a loopback port. Fails immediately if the process ends. */
    public void awaitPort(String what, int port, Duration atMost) throws InterruptedException {
        await(what, () -> accepts(port), atMost);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Waits until the address responds with the status. Fails immediately if the process ends. */
    public void awaitStatus(int status, URI uri, Duration atMost) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            await(uri + " with " + status, () -> status(client, request) == status, atMost);
        }
    }

    /** Waits until the condition holds. Fails immediately if the process ends. */
    public void await(String what, Condition condition, Duration atMost) throws InterruptedException {
        long checks = atMost.dividedBy(CHECK_INTERVAL);
        for (long check = 0; !condition.holds(); check++) {
            if (process.waitFor(CHECK_INTERVAL.toMillis(), MILLISECONDS)) {
                throw new IllegalStateException(
                        "the process ended with " + process.exitValue() + ", its log " + log + " says:\n" + log());
            }
            if (check > checks) {
                throw new IllegalStateException("not within " + atMost + ": " + what + ", see " + log);
            }
        }
    }

    /** Waits until the process ends by itself and returns its exit code. */
    public int awaitExit(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), MILLISECONDS)) {
            throw new IllegalStateException("the process still runs after " + atMost + ", see " + log);
        }
        return process.exitValue();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Sends SIGTERM, waits, and returns the exit code. */
    public int stop() throws InterruptedException {
        terminate();
        return awaitExit(STOP_TIMEOUT);
    }

    /** Kills the process (SIGKILL), but not its child processes. */
    public void crash() {
        process.destroyForcibly();
    }

    /** Kills the process and its child processes (SIGKILL). */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Returns the process id. */
    public long pid() {
        return process.pid();
    }

    /** Returns the output so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGTERM, and kills the process if it does not end. */
    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_TIMEOUT.toSeconds(), SECONDS)
                .join();
        kill();
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    private static int status(HttpClient client, HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, BodyHandlers.discarding()).statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    /** A condition to wait for. */
    @FunctionalInterface
    public interface Condition {

        /** Returns whether the condition holds now. */
        boolean holds() throws InterruptedException;
    }
}

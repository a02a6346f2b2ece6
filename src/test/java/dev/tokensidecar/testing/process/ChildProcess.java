package dev.tokensidecar.testing.process;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A server that runs as a process of its own, writes a log file and never outlives the tests. */
public final class ChildProcess implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Process process;
    private final Path log;
    private final Thread killer;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.killer = new Thread(this::kill);
    }

    /** Starts the command with these environment variables on top of our own, output and errors into the log file. */
    public static ChildProcess start(List<String> command, Map<String, String> environment, Path log) {
        return start(Path.of(""), command, environment, log);
    }

    /** Starts the command like this in another working directory than ours. */
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

    /** A port of the loopback interface that nobody listened on a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the address answers with the status. A process that ends meanwhile is a failure at once. */
    public void awaitStatus(int status, URI uri, Duration atMost) throws InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
            await(uri + " with " + status, () -> status(client, request) == status, atMost);
        }
    }

    /** Waits until the condition holds. A process that ends meanwhile is a failure at once. */
    public void await(String what, Condition condition, Duration atMost) throws InterruptedException {
        long looks = atMost.dividedBy(LOOK_AGAIN);
        for (long look = 0; !condition.holds(); look++) {
            if (process.waitFor(LOOK_AGAIN.toMillis(), MILLISECONDS)) {
                throw new IllegalStateException(
                        "the process ended with " + process.exitValue() + ", its log " + log + " says:\n" + log());
            }
            if (look > looks) {
                throw new IllegalStateException("not within " + atMost + ": " + what + ", see " + log);
            }
        }
    }

    /** Waits for the process to end by itself and tells its exit code. */
    public int awaitExit(Duration atMost) throws InterruptedException {
        if (!process.waitFor(atMost.toMillis(), MILLISECONDS)) {
            throw new IllegalStateException("the process still runs after " + atMost + ", see " + log);
        }
        return process.exitValue();
    }

    /** Asks the process to end (SIGTERM). */
    public void terminate() {
        process.destroy();
    }

    /** Asks the process to end (SIGTERM) and tells its exit code. */
    public int stop() throws InterruptedException {
        terminate();
        return awaitExit(STOP);
    }

    /** Ends the process at once, as a crash does (SIGKILL), and does not look for what it has started. */
    public void crash() {
        process.destroyForcibly();
    }

    /** Ends the process and what it started without asking (SIGKILL). */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** What the operating system calls it. */
    public long pid() {
        return process.pid();
    }

    /** All the process has written so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks the process to end; kills it if it does not. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().completeOnTimeout(process, STOP.toSeconds(), SECONDS).join();
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

    /** What somebody waits for. */
    @FunctionalInterface
    public interface Condition {

        /** Whether it is so now. */
        boolean holds() throws InterruptedException;
    }
}

package dev.tokensidecar.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs commands of the container engine, with settings of its own, and commands in the namespaces of containers. */
final class Podman {

    private static final Path SETTINGS = Path.of("src", "test", "resources", "podman", "containers.conf");
    private static final long TIMEOUT_SECONDS = 120;

    private Podman() {}

    /**
     * The result of a command.
     *
     * @param code the exit code
     * @param output output and errors
     */
    record Result(int code, String output) {}

    /** Runs a command and fails unless it succeeds. */
    static void run(String... arguments) {
        var unused = query(arguments);
    }

    /** Runs a command, fails unless it succeeds, and returns its output. */
    static String query(String... arguments) {
        Result result = attempt(List.of(arguments));
        if (result.code() != 0) {
            throw new IllegalStateException("podman " + String.join(" ", arguments) + ": " + result.output());
        }
        return result.output();
    }

    /** Runs a command that may fail. */
    static Result attempt(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("podman"));
        command.addAll(arguments);
        return execute(command);
    }

    /** Runs a command in the network of a process. */
    static Result inNetworkOf(long pid, String... command) {
        return execute(entering(pid, command));
    }

    /** Returns the command that runs another one in the network of a process. */
    static List<String> entering(long pid, String... command) {
        List<String> entering = new ArrayList<>(List.of("nsenter", "--net=/proc/" + pid + "/ns/net"));
        entering.addAll(List.of(command));
        return entering;
    }

    private static Result execute(List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment()
                    .put("CONTAINERS_CONF", SETTINGS.toAbsolutePath().toString());
            Process process = builder.start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            return new Result(process.exitValue(), output.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

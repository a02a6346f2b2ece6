package dev.tokensidecar.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands of the container engine, with settings of its own, and of the namespaces that it makes. */
final class Podman {

    private static final Path SETTINGS = Path.of("src", "test", "resources", "podman", "containers.conf");
    private static final long PATIENCE_SECONDS = 120;

    private Podman() {}

    /**
     * What the command ended with and said.
     *
     * @param code the exit code
     * @param said output and errors
     */
    record Result(int code, String said) {}

    /** Runs a command that has to succeed. */
    static void run(String... arguments) {
        var unused = ask(arguments);
    }

    /** Runs a command that has to succeed and tells what it said. */
    static String ask(String... arguments) {
        Result result = attempt(List.of(arguments));
        if (result.code() != 0) {
            throw new IllegalStateException("podman " + String.join(" ", arguments) + ": " + result.said());
        }
        return result.said();
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

    /** The command that runs another one in the network of a process. */
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
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " does not end");
            }
            return new Result(process.exitValue(), said.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.tokensidecar.testing.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command of the {@link PackagedApplication} that has ended.
 *
 * @param exitCode 0 for success
 * @param out the standard output
 * @param err the standard error
 */
public record CommandProcess(int exitCode, String out, String err) {

    private static final int TIMEOUT_SECONDS = 30;

    /** Runs a command to its end, with these variables and no others. */
    public static CommandProcess run(Map<String, String> environment, String in, String... arguments) {
        List<String> command = new ArrayList<>(PackagedApplication.command(SidecarProcess.HEAP));
        command.addAll(List.of(arguments));
        try {
            Path input = Files.writeString(Files.createTempFile("command", ".in"), in);
            Path errors = Files.createTempFile("command", ".err");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectInput(input.toFile()).redirectError(errors.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process = builder.start();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the command still runs: " + command);
            }
            CommandProcess ended = new CommandProcess(process.exitValue(), out, Files.readString(errors));
            Files.delete(input);
            Files.delete(errors);
            return ended;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.tokensidecar.kubernetes.pods;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands that end by themselves. */
final class Commands {

    private Commands() {}

    /**
     * The result of a command.
     *
     * @param code the exit code
     * @param output output and errors
     */
    record Result(int code, String output) {

        boolean succeeded() {
            return code == 0;
        }
    }

    /** Runs a command, fails unless it succeeds, and returns its output. */
    static String run(List<String> command) {
        Result result = attempt(command);
        if (!result.succeeded()) {
            throw new IllegalStateException(command + ": " + result.output());
        }
        return result.output();
    }

    /** Runs a command that may fail. */
    static Result attempt(List<String> command) {
        return attempt(new ProcessBuilder(command), "");
    }

    /** Does the same with an input. */
    static Result attempt(ProcessBuilder command, String input) {
        try {
            Process process = command.redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.tokensidecar.kubernetes.pods;

import java.io.IOException;
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
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
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

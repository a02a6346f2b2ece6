package dev.tokensidecar.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program that renders or checks manifests. */
public final class Command {

    private static final Path TOOLS = Path.of("target", "tools");

    private Command() {}

    /** Returns the path of a tool that src/test/sh/install-manifest-tools.sh installs. */
    public static String tool(String name) {
        Path tool = TOOLS.resolve(name);
        if (!Files.isExecutable(tool)) {
            throw new IllegalStateException(tool + " is missing: src/test/sh/install-manifest-tools.sh installs it");
        }
        return tool.toString();
    }

    /** Runs the program and returns its output. If it fails, the message contains what it says about that. */
    static String run(List<String> command) {
        return run(command, "");
    }

    /** Does the same with an input. */
    static String run(List<String> command, String input) {
        try {
            File in = Files.writeString(Files.createTempFile("command", ".in"), input)
                    .toFile();
            File errors = Files.createTempFile("command", ".err").toFile();
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(in)
                        .redirectError(errors)
                        .start();
                String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                    throw new IllegalStateException(command + " failed: " + output + Files.readString(errors.toPath()));
                }
                return output;
            } finally {
                Files.delete(in.toPath());
                Files.delete(errors.toPath());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

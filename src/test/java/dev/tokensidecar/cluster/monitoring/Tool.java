package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the platform, in a directory for its input and output. */
final class Tool {

    /** The directory in which the scenarios expect the rules. */
    static final Path DIRECTORY = Path.of("target", "prometheus");

    private static final long TIMEOUT_SECONDS = 120;

    private Tool() {}

    /** Runs the program and returns its output. Fails unless the exit code is 0. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        Path output = Files.createTempFile(DIRECTORY, "output", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(DIRECTORY.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** Writes an input file. */
    static Path write(String name, String content) throws IOException {
        Files.createDirectories(DIRECTORY);
        return Files.writeString(DIRECTORY.resolve(name), content).toAbsolutePath();
    }
}

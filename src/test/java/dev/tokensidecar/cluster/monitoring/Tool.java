package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the platform that is run once, in a directory for what it reads and writes. */
final class Tool {

    /** Where the scenarios look for the rules. */
    static final Path DIRECTORY = Path.of("target", "prometheus");

    private static final long PATIENCE_SECONDS = 120;

    private Tool() {}

    /** What it prints; fails if it ends with anything but 0. */
    static String run(List<String> command) throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        Path output = Files.createTempFile(DIRECTORY, "output", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(DIRECTORY.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }

    /** Writes a file for it. */
    static Path write(String name, String content) throws IOException {
        Files.createDirectories(DIRECTORY);
        return Files.writeString(DIRECTORY.resolve(name), content).toAbsolutePath();
    }
}

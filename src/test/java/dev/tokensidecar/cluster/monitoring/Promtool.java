package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Prometheus' own checker, and the rule file as an operator without the Prometheus operator makes it. */
final class Promtool {

    /** Where the scenarios look for the rules. */
    static final Path DIRECTORY = Path.of("target", "prometheus");

    private static final Path RULES = DIRECTORY.resolve("token-sidecar.rules.yaml");
    private static final Pattern COMMAND = Pattern.compile("(?m)^sed -n .*> token-sidecar\\.rules\\.yaml$");
    private static final long PATIENCE_SECONDS = 120;

    private Promtool() {}

    /** Makes the rule file by the command of the guide. */
    static Path rules() throws IOException, InterruptedException {
        Files.createDirectories(DIRECTORY);
        String command =
                COMMAND.matcher(guide()).results().findFirst().orElseThrow().group();
        String source = Rules.FILE.toString();
        assertThat(command).contains(source);
        run(List.of(
                "sh", "-c", command.replace(source, Rules.FILE.toAbsolutePath().toString())));
        return RULES.toAbsolutePath();
    }

    static String guide() throws IOException {
        return Files.readString(Path.of("docs", "operations.md"));
    }

    /** Fails if promtool has anything to say against it. */
    static void check(String... arguments) throws IOException, InterruptedException {
        run(Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList());
    }

    /** Fails if promtool has anything to say against this, on its standard input. */
    static void checkInput(Path input, String... arguments) throws IOException, InterruptedException {
        String command = "promtool " + String.join(" ", arguments) + " <" + input.toAbsolutePath();
        run(List.of("sh", "-c", command));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(DIRECTORY, "output", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(DIRECTORY.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            Files.delete(output);
        }
    }

    /** A file of this directory. */
    static Path write(String name, String content) {
        try {
            Files.createDirectories(DIRECTORY);
            return Files.writeString(DIRECTORY.resolve(name), content).toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tokensidecar.cluster.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The checker of Prometheus, and the rule file that users without the Prometheus operator create. */
final class Promtool {

    private static final Path RULES = Tool.DIRECTORY.resolve("token-sidecar.rules.yaml");
    private static final Pattern COMMAND = Pattern.compile("(?m)^sed -n .*> token-sidecar\\.rules\\.yaml$");

    private Promtool() {}

    /** Creates the rule file with the command of the guide. */
    static Path rules() throws IOException, InterruptedException {
        String command =
                COMMAND.matcher(guide()).results().findFirst().orElseThrow().group();
        String source = Rules.FILE.toString();
        assertThat(command).contains(source);
        String fromHere = command.replace(source, Rules.FILE.toAbsolutePath().toString());
        assertThat(Tool.run(List.of("sh", "-c", fromHere))).isEmpty();
        return RULES.toAbsolutePath();
    }

    static String guide() throws IOException {
        return Files.readString(Path.of("docs", "operations.md"));
    }

    /** Runs promtool and fails if it reports a problem. */
    static void check(String... arguments) throws IOException, InterruptedException {
        var unused = Tool.run(
                Stream.concat(Stream.of("promtool"), Stream.of(arguments)).toList());
    }

    /** Runs promtool on a file of metrics and fails if it reports a problem. */
    static void checkMetrics(Path file) throws IOException, InterruptedException {
        var unused = Tool.run(List.of("sh", "-c", "promtool check metrics <" + file));
    }
}

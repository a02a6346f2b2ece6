package dev.tokensidecar.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.measurement.Figures;
import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Coverage-guided fuzzing, one target after the other, each in a process of its own. It starts with the stored inputs. New
 * inputs go to {@code target/fuzz}, and so do inputs that break a target.
 *
 * <p>{@code -Dfuzz.seconds=N} sets the total time.
 */
class FuzzIT {

    private static final int SECONDS =
            Integer.getInteger("fuzz.seconds", 60) / Target.all().size();
    private static final Duration START_AND_END = Duration.ofMinutes(5);

    private static final String OURS = "dev.tokensidecar.**";
    /** The decoder reads the requests of callers before our code does. */
    private static final String DECODER = "io.netty.handler.codec.http.**";

    private static final String FINDING = "Test unit written to (.+)";

    @TempDir(factory = InMemory.class)
    Path scratch;

    @ParameterizedTest
    @MethodSource("dev.tokensidecar.fuzz.Target#all")
    void noInputBreaksTheTarget(Target target) throws IOException, InterruptedException {
        Path output = Path.of("target", "fuzz", target.name());
        Path log = output.resolve("log");
        try (ChildProcess fuzzer = ChildProcess.start(command(target, output), environment(), log)) {
            int exit = fuzzer.awaitExit(Duration.ofSeconds(SECONDS).plus(START_AND_END));
            String fuzzerLog = fuzzer.log();
            Figures.record("fuzz", report(target, fuzzerLog));
            assertThat(exit)
                    .as("%s is broken by the input in %s, see %s", target, last(FINDING, fuzzerLog), log)
                    .isZero();
        }
    }

    private List<String> command(Target target, Path output) throws IOException {
        Path findings = Files.createDirectories(output.resolve("findings"));
        Path found = Files.createDirectories(output.resolve("corpus"));
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.io.tmpdir=" + scratch,
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type().getName(),
                "--instrumentation_includes=" + OURS + ":" + DECODER,
                "--custom_hook_includes=" + OURS,
                // the front door is fuzzed through a socket
                "--disabled_hooks=com.code_intelligence.jazzer.sanitizers.ServerSideRequestForgery",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + SECONDS,
                "-print_final_stats=1",
                found.toString(),
                target.corpus().toString());
    }

    private static Map<String, String> environment() {
        return Map.of("CLASSPATH", System.getProperty("java.class.path"));
    }

    private static String report(Target target, String log) {
        return "seconds=%d target=%s executions=%s coverage=%s findings=%d"
                .formatted(
                        SECONDS,
                        target,
                        last("stat::number_of_executed_units: +(\\d+)", log),
                        last(" cov: (\\d+)", log),
                        Pattern.compile(FINDING).matcher(log).results().count());
    }

    private static String last(String pattern, String log) {
        return Pattern.compile(pattern)
                .matcher(log)
                .results()
                .map(result -> result.group(1))
                .reduce("unknown", (former, latter) -> latter);
    }

    /** Creates directories in memory: a save forces its files to disk, which takes most of the time otherwise. */
    static final class InMemory implements TempDirFactory {

        private static final Path MEMORY = Path.of("/dev/shm");

        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.isWritable(MEMORY)
                    ? Files.createTempDirectory(MEMORY, "fuzz")
                    : Files.createTempDirectory("fuzz");
        }
    }
}

package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.Jcmd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The JVM options of the image ({@code src/main/jvm/options}) prevent access to the memory of the process. */
@Timeout(60)
class RuntimeOptionsTest {

    private static final Path OPTIONS = Path.of("src", "main", "jvm", "options");
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    @BeforeEach
    void requireJdkOfTheImage() {
        assumeTrue(Runtime.version().feature() >= 25, "the options are those of JDK 25");
    }

    /** Prints that it runs, then waits to be ended. */
    static final class Idle {

        private Idle() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println("ready");
            Thread.currentThread().join();
        }
    }

    @Test
    void noProcessOfTheSameUserCanAttach() throws Exception {
        try (ChildProcess process = start(options())) {
            assertThatThrownBy(() -> Jcmd.run(process.pid(), "VM.version")).hasMessageContaining("failed");
        }
    }

    @Test
    void withoutTheOptionAttachingWorks() throws Exception {
        List<String> options = options();
        assertThat(options.remove("-XX:+DisableAttachMechanism")).isTrue();
        try (ChildProcess process = start(options)) {
            assertThat(Jcmd.run(process.pid(), "VM.version")).contains("JDK");
        }
    }

    @Test
    void aCrashWritesNoCoreDump() throws Exception {
        try (ChildProcess process = start(options())) {
            signal(process, "SEGV");
            var unused = process.awaitExit(TIMEOUT);
            assertThat(process.log()).contains("CreateCoredumpOnCrash turned off, no core file dumped");
        }
    }

    private ChildProcess start(List<String> options) throws InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-XX:ErrorFile=" + directory.resolve("error"));
        command.addAll(List.of("-cp", Path.of("target", "test-classes").toString(), Idle.class.getName()));
        ChildProcess process = ChildProcess.start(command, Map.of(), directory.resolve("log"));
        process.await("an idle process", () -> process.log().contains("ready"), TIMEOUT);
        return process;
    }

    private static void signal(ChildProcess process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static List<String> options() throws IOException {
        try (Stream<String> lines = Files.lines(OPTIONS)) {
            return new ArrayList<>(lines.filter(line -> !line.startsWith("#")).toList());
        }
    }
}

package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokensidecar.testing.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another user may write to the directory while thousands of secrets are saved there. Needs root, to run as two users. */
@Timeout(120)
class FileAttackTest {

    private static final int SAVES = 1_500;
    private static final int ROOT = 0;
    private static final int VICTIM = 10_001;
    private static final int ATTACKER = 10_002;
    private static final Duration TIMEOUT = Duration.ofSeconds(90);

    @TempDir(factory = AccessTokenFileRaceTest.InMemory.class)
    Path home;

    private Path directory;
    private Path loot;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(ROOT), "only root can be two users");
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        directory = openDirectory("store");
        loot = openDirectory("loot");
        List<String> mkfifo = new ArrayList<>(List.of("mkfifo", "--mode=666"));
        IntStream.range(0, Intruder.FIFOS)
                .forEach(number -> mkfifo.add(loot.resolve("fifo-" + number).toString()));
        assertThat(new ProcessBuilder(mkfifo).start().waitFor()).isZero();
    }

    private Path openDirectory(String name) throws IOException {
        Path created = Files.createDirectory(home.resolve(name));
        return Files.setPosixFilePermissions(created, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @ParameterizedTest
    @ValueSource(ints = {VICTIM, ROOT})
    void aUserWithWriteAccessNeverSeesATokenAndDisturbsNothingForLong(int victim) throws Exception {
        try (ChildProcess intruder = process(ATTACKER, Intruder.class, directory, loot);
                ChildProcess saver = process(victim, SavingProcess.class, directory, SAVES, victim)) {
            assertThat(saver.awaitExit(TIMEOUT)).as(saver.log()).isZero();
            Files.createFile(loot.resolve("over"));
            assertThat(intruder.awaitExit(TIMEOUT)).as(intruder.log()).isZero();

            System.out.printf(
                    "victim=%d %s %s%n",
                    victim, saver.log().strip(), intruder.log().strip());
            assertThat(figure("exchanged", intruder))
                    .as("the attack took place")
                    .isGreaterThan(SAVES / 20);
            assertThat(figure("caught", intruder)).isZero();
            assertThat(figure("failed", saver)).isLessThan(3 * SAVES);
        }
        try (ChildProcess alone = process(victim, SavingProcess.class, directory, 1, victim)) {
            assertThat(alone.awaitExit(TIMEOUT)).isZero();
            assertThat(figure("failed", alone)).as("no leftovers block a save").isZero();
        }
        assertThat(directory.resolve("refresh-token")).hasContent(Intruder.MARK + 0);
    }

    private static int figure(String name, ChildProcess process) {
        Matcher figure = Pattern.compile(name + "=(\\d+)").matcher(process.log());
        assertThat(figure.find()).as(process.log()).isTrue();
        return Integer.parseInt(figure.group(1));
    }

    private ChildProcess process(int user, Class<?> main, Object... arguments) {
        String classes = Path.of("target", "classes").toAbsolutePath() + ":"
                + Path.of("target", "test-classes").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=" + user,
                "--regid=" + user,
                "--clear-groups",
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                classes,
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return ChildProcess.start(command, Map.of(), Path.of("target", main.getSimpleName() + user + ".log"));
    }
}

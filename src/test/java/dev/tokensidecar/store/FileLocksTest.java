package dev.tokensidecar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.testing.concurrent.Racers;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several {@link FileLocks} in one process exclude each other like those of several processes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FileLocksTest {

    private static final int ROUNDS = 200;

    @TempDir
    Path directory;

    @Test
    void theFileIsCreatedWithTheFirstLockAndStays() throws IOException {
        FileLocks locks = locks();
        assertThat(path()).doesNotExist();

        assertThat(locks.exclusively(() -> "done")).isEqualTo("done");

        assertThat(path()).isEmptyFile();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path())))
                .isEqualTo("rw-------");
    }

    @Test
    void operationsExcludeEachOther() {
        List<String> events = Collections.synchronizedList(new ArrayList<>());
        Runnable operation = () -> {
            String event = new FileLocks(path(), pause -> LockSupport.parkNanos(1)).exclusively(() -> {
                events.add("begin");
                assertThat(directory).exists();
                events.add("end");
                return "done";
            });
            assertThat(event).isEqualTo("done");
        };

        Racers.race(
                ROUNDS,
                round -> events.clear(),
                List.of(repeated(operation), repeated(operation)),
                round -> assertThat(events).containsExactly("begin", "end", "begin", "end"));
    }

    /** One nanosecond is less than an operation may take. */
    private static Runnable repeated(Runnable operation) {
        return () -> {
            for (boolean done = false; !done; ) {
                try {
                    operation.run();
                    done = true;
                } catch (StoreFailure busy) {
                    assertThat(busy.problem()).isEqualTo(StoreProblem.SLOW);
                }
            }
        };
    }

    @Test
    void whoeverCannotGetTheLockWaitsForAtMostASecond() {
        List<Duration> pauses = new ArrayList<>();
        FileLocks waiting = new FileLocks(path(), pauses::add);

        StoreFailure failure = locks().exclusively(
                        () -> catchThrowableOfType(StoreFailure.class, () -> waiting.exclusively(() -> "not reached")));

        assertThat(failure.problem()).isEqualTo(StoreProblem.SLOW);
        assertThat(failure).hasMessage(path() + " is locked by another process");
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Duration.ofSeconds(1));
        assertThat(waiting.exclusively(() -> "free again")).isEqualTo("free again");
    }

    @Test
    void anOperationThatFailsReleasesItsLock() {
        IllegalStateException failure = catchThrowableOfType(
                IllegalStateException.class,
                () -> locks().exclusively(() -> {
                    throw new IllegalStateException("as expected");
                }));

        assertThat(failure).hasMessage("as expected");
        assertThat(locks().exclusively(() -> "done")).isEqualTo("done");
    }

    @Test
    void aRunIsHeldFromItsFirstClaimOnUntilItIsReleased() {
        assertThat(locks().isHeld("run-1")).isFalse();

        FileLocks locks = locks();
        locks.hold("run-1");
        locks.hold("run-1");

        assertThat(locks().isHeld("run-1")).isTrue();
        assertThat(locks().isHeld("run-1")).as("asking changes nothing").isTrue();
        assertThat(locks().isHeld("run-2")).isFalse();
        assertThat(locks().exclusively(() -> locks().isHeld("run-1"))).isTrue();

        locks.release();
        assertThat(locks().isHeld("run-1")).isFalse();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theFileIsOpenOnlyWhileItIsLocked() throws IOException {
        FileLocks locks = locks();
        boolean openDuringChange = locks.exclusively(this::isOpen);
        boolean openAfterChange = isOpen();
        locks.hold("run-1");
        assertThat(locks.isHeld("run-2")).isFalse();
        boolean openWithRun = isOpen();
        locks.release();

        assertThat(openDuringChange).isTrue();
        assertThat(openAfterChange).isFalse();
        assertThat(openWithRun).isTrue();
        assertThat(isOpen()).isFalse();
    }

    private boolean isOpen() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            Path real = path().toRealPath();
            return open.anyMatch(descriptor -> leadsTo(descriptor, real));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean leadsTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void aFileThatWasReplacedIsOpenedAgain() throws IOException {
        locks().hold("run-1");
        Files.delete(path());
        Path next = Files.createFile(directory.resolve("next"));
        Files.move(next, path());

        assertThat(locks().isHeld("run-1")).isFalse();
        locks().hold("run-1");

        assertThat(locks().isHeld("run-1")).isTrue();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "HARD_LINK")
    void withAnythingElseInPlaceOfTheFileThereAreNoLocks(PlantedFile planted) throws IOException {
        planted.at(path());
        FileLocks locks = locks();
        locks.hold("run-1");

        assertThat(locks.isHeld("run-1")).isFalse();
        assertThat(locks.exclusively(() -> locks().exclusively(() -> "done"))).isEqualTo("done");
        if (planted == PlantedFile.SYMBOLIC_LINK) {
            assertThat(directory.resolve("other")).hasContent("content");
        }
    }

    @Test
    void anotherFileInPlaceOfTheFileStaysAsItIs() throws IOException {
        PlantedFile.HARD_LINK.at(path());
        FileLocks locks = locks();
        locks.hold("run-1");

        assertThat(locks.isHeld("run-1")).isTrue();
        assertThat(directory.resolve("other")).hasContent("content");
    }

    @Test
    void withoutADirectoryThereAreNoLocks() {
        FileLocks locks = new FileLocks(directory.resolve("missing").resolve("lock"));
        locks.hold("run-1");

        assertThat(locks.isHeld("run-1")).isFalse();
        assertThat(locks.exclusively(() -> "done")).isEqualTo("done");
    }

    private FileLocks locks() {
        return new FileLocks(path());
    }

    private Path path() {
        return directory.resolve("refresh-token.lock");
    }
}

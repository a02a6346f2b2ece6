package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path directory;

    @Test
    void onlyTheOwnerMayReadTheFile() throws IOException {
        file().replace(bytes("first"));
        assertThat(file().exposed()).isFalse();
        assertThat(mode()).isEqualTo("rw-------");

        Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(file().exposed()).isTrue();

        file().replace(bytes("second"));
        assertThat(mode()).isEqualTo("rw-------");
    }

    @Test
    void theConfiguredGroupMayReadTheFile() throws IOException {
        boolean root = Files.getAttribute(directory, "unix:uid").equals(0);
        Object group = root ? 4711 : Files.getAttribute(directory, "unix:gid");
        FileAccess access = new FileAccess(PosixFilePermissions.fromString("r--r-----"), group.toString());
        AtomicFile file = new AtomicFile(path(), access);

        file.replace(bytes("first"));
        file.replace(bytes("second"));

        assertThat(path()).hasContent("second");
        assertThat(mode()).isEqualTo("r--r-----");
        assertThat(Files.getAttribute(path(), "unix:gid")).isEqualTo(group);
        assertThat(file.exposed()).isFalse();
    }

    @Test
    void anUnknownGroupIsReported() throws IOException {
        FileAccess access = new FileAccess(PosixFilePermissions.fromString("rw-r-----"), "no-such-group");

        assertThat(failure(() -> new AtomicFile(path(), access).replace(bytes("content"))))
                .hasMessage(path() + " cannot be written: group no-such-group does not exist");

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aSymbolicLinkIsReplacedAndItsTargetUnchanged() throws IOException {
        Path target = Files.writeString(directory.resolve("target"), "content");
        Files.createSymbolicLink(path(), target);

        file().replace(bytes("rotated"));

        assertThat(path()).isRegularFile();
        assertThat(target).hasContent("content");
    }

    @Test
    void aFailedReplacementLeavesNothingBehind() throws IOException {
        Path occupied = Files.createDirectories(path().resolve("occupied"));

        assertThat(failure(() -> file().replace(bytes("rotated"))).problem()).isEqualTo(StoreProblem.UNWRITABLE);

        assertThat(occupied).exists();
        assertNothingElse();
    }

    @Test
    void aMissingDirectoryIsNotCreated() {
        Path missing = directory.resolve("missing");
        AtomicFile file = new AtomicFile(missing.resolve("refresh-token"));

        assertThat(failure(() -> file.replace(bytes("rotated")))).satisfies(it -> {
            assertThat(it.problem()).isEqualTo(StoreProblem.UNWRITABLE);
            assertThat(it).hasMessage(file.path() + " cannot be written: NoSuchFileException");
        });
        assertThat(missing).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"No space left on device", "Disk quota exceeded"})
    void anExhaustedQuotaCountsAsFull(String reason) {
        assertThat(file().problem(new FileSystemException("any", null, reason))).isEqualTo(StoreProblem.FULL);
        assertThat(file().problem(new IOException(reason))).isEqualTo(StoreProblem.FULL);
    }

    @Test
    void theMessageQuotesTheOperatingSystem() throws IOException {
        Files.createDirectories(path().resolve("occupied"));

        assertThat(failure(() -> file().replace(bytes("rotated"))))
                .hasMessage(path() + " cannot be written: Is a directory");
    }

    @Test
    void aDirectoryIsUnreadable() throws IOException {
        Files.createDirectory(path());

        assertThat(failure(file()::read).problem()).isEqualTo(StoreProblem.UNREADABLE);
    }

    @Test
    void aHugeFileIsNotReadIntoMemory() throws IOException {
        Files.write(path(), new byte[256 * 1024]);
        assertThat(file().read())
                .hasValueSatisfying(content -> assertThat(content).hasSize(256 * 1024));

        try (FileChannel sparse = FileChannel.open(path(), StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(bytes("end")), 1L << 40);
        }
        assertThat(failure(file()::read).problem()).isEqualTo(StoreProblem.DAMAGED);
    }

    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFifoDoesNotBlock() throws Exception {
        PlantedFile.FIFO.at(path());

        assertThat(failure(file()::read).problem()).isEqualTo(StoreProblem.UNREADABLE);
    }

    @Test
    void aSymbolicLinkIsNotFollowed() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "content");
        Files.createSymbolicLink(path(), other);

        assertThat(failure(file()::read).problem()).isEqualTo(StoreProblem.UNREADABLE);
    }

    @ParameterizedTest
    @EnumSource
    void anyKindOfFileIsSetAsideOrReplaced(PlantedFile planted) throws Exception {
        planted.at(path());
        file().setAside();
        file().replace(bytes("rotated"));
        assertThat(file().read()).hasValue(bytes("rotated"));

        if (planted != PlantedFile.DIRECTORY) {
            Files.delete(path());
            planted.at(path());
            file().replace(bytes("rotated"));
            assertThat(file().read()).hasValue(bytes("rotated"));
        }
    }

    @Test
    void aFileThatIsSetAsideIsKept() throws IOException {
        Files.writeString(path(), "damaged");

        file().setAside();
        file().setAside();

        assertThat(path()).doesNotExist();
        assertThat(directory.resolve("refresh-token.damaged")).hasContent("damaged");
    }

    @Test
    void sweepRemovesLeftoversOfACrashAndNotWritesInProgress() throws IOException {
        Path abandoned = temporary("refresh-token.1.tmp", NOW.minusSeconds(61));
        Path inUse = temporary("refresh-token.2.tmp", NOW.minusSeconds(59));
        Path foreign = temporary("other.3.tmp", NOW.minusSeconds(3600));

        file().sweep(NOW.minusSeconds(60));

        assertThat(abandoned).doesNotExist();
        assertThat(inUse).exists();
        assertThat(foreign).exists();
    }

    private Path temporary(String name, Instant modified) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "half");
        return Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    private static StoreFailure failure(ThrowableAssert.ThrowingCallable operation) {
        return catchThrowableOfType(StoreFailure.class, operation);
    }

    private void assertNothingElse() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path());
        }
    }

    private String mode() throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path()));
    }

    private AtomicFile file() {
        return new AtomicFile(path());
    }

    private Path path() {
        return directory.resolve("refresh-token");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}

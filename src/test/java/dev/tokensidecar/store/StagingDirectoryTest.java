package dev.tokensidecar.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step of a replacement, and what another user may do before it. */
@Timeout(30)
class StagingDirectoryTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] CONTENT = "content".getBytes(UTF_8);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = directory.resolve("file");
    }

    /** A start that fails during shutdown closes the directory, and the shutdown closes it again. */
    @Test
    void closingTwiceDoesNothing() throws IOException {
        StagingDirectory staging = StagingDirectory.beside(file);
        staging.close();

        assertThatCode(staging::close).doesNotThrowAnyException();
    }

    @Test
    void otherUsersCannotEnterTheDirectory() throws IOException {
        try (StagingDirectory staging = StagingDirectory.beside(file)) {
            staging.write(CONTENT, FileAccess.OWNER_ONLY);

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(only())))
                    .isEqualTo("rwx------");
            assertThat(staging.staged()).hasBinaryContent(CONTENT);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void theDirectoryIsRemovedAfterThePublish() throws IOException {
        try (StagingDirectory staging = StagingDirectory.beside(file)) {
            staging.write(CONTENT, FileAccess.OWNER_ONLY);
            staging.publish();

            assertThat(only()).isEqualTo(file).hasBinaryContent(CONTENT);
        }
        assertThat(only()).isEqualTo(file);
    }

    @ParameterizedTest
    @EnumSource
    void theFileIsWrittenToTheOpenDirectoryWhateverReplacesItsName(Planted planted) throws Exception {
        try (StagingDirectory staging = StagingDirectory.beside(file)) {
            Path taken = exchange(only(), planted);

            staging.write(CONTENT, FileAccess.OWNER_ONLY);
            assertThat(taken.resolve("staged")).hasBinaryContent(CONTENT);
            staging.publish();

            assertThat(file).hasBinaryContent(CONTENT);
            assertThat(taken).isEmptyDirectory();
        }
    }

    private Path exchange(Path staging, Planted planted) throws Exception {
        Path taken = Files.move(staging, directory.resolve("taken"), StandardCopyOption.ATOMIC_MOVE);
        planted.at(staging);
        return taken;
    }

    @Test
    void theModeIsSetOnTheOpenFileAndNotByName() throws IOException {
        Path bystander = Files.writeString(directory.resolve("bystander"), "");
        Files.setPosixFilePermissions(bystander, PosixFilePermissions.fromString("rw-------"));
        try (StagingDirectory staging = StagingDirectory.beside(file)) {
            Path name = only("file.");
            Files.move(name, directory.resolve("taken"));
            Files.createLink(Files.createDirectory(name).resolve("staged"), bystander);

            staging.write(CONTENT, new FileAccess(PosixFilePermissions.fromString("rw-r-----"), null));
            staging.publish();
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(bystander)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatReplacesThePublishedOneIsDetected(Planted planted) throws Exception {
        try (StagingDirectory staging = StagingDirectory.beside(file)) {
            staging.write(CONTENT, FileAccess.OWNER_ONLY);
            Object staged = staging.rename();
            staging.confirm(staged);

            Files.move(file, directory.resolve("taken"));
            planted.at(file);

            assertThatThrownBy(() -> staging.confirm(staged))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("somebody else replaced it at the same time");
        }
    }

    @Test
    void anExistingStagedFileIsNotOverwritten() throws IOException {
        Path bystander = Files.writeString(directory.resolve("bystander"), "mine");
        try (StagingDirectory staging = StagingDirectory.beside(file)) {
            Files.createSymbolicLink(only("file.").resolve("staged"), bystander);

            assertThatThrownBy(() -> staging.write(CONTENT, FileAccess.OWNER_ONLY))
                    .isInstanceOf(IOException.class);
        }
        assertThat(bystander).hasContent("mine");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DIRECTORY")
    void onlyADirectoryIsOpened(Planted planted) throws Exception {
        planted.at(directory.resolve("name"));

        assertThatThrownBy(() -> enter("name")).isInstanceOf(IOException.class);
    }

    @Test
    void aDirectoryOfAnotherUserIsNotOpened() throws IOException {
        assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root can give a directory away");
        Path foreign = Files.createDirectory(directory.resolve("name"));
        Files.setAttribute(foreign, "unix:uid", 4711);

        assertThatThrownBy(() -> enter("name"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("somebody else replaced the staging directory");
    }

    @Test
    void anOpenDirectoryIsMadePrivate() throws IOException {
        Path open = Files.createDirectory(directory.resolve("name"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));

        enter("name");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(open)))
                .isEqualTo("rwx------");
    }

    private void enter(String name) throws IOException {
        try (var stream = Files.newDirectoryStream(directory)) {
            StagingDirectory.enter((SecureDirectoryStream<Path>) stream, Path.of(name))
                    .close();
        }
    }

    @Test
    void sweepRemovesLeftoversAndNothingElse() throws IOException {
        Path abandoned = leftover("file.1.tmp", NOW.minusSeconds(61));
        Path inUse = leftover("file.2.tmp", NOW.minusSeconds(59));
        Path ofAnotherFile = leftover("other.3.tmp", NOW.minusSeconds(61));
        Path foreign = Files.createDirectories(directory.resolve("file.4.tmp/precious"));
        Files.setLastModifiedTime(foreign.resolveSibling("."), FileTime.from(NOW.minusSeconds(61)));
        Path precious = Files.writeString(
                Files.createDirectory(directory.resolve("precious")).resolve("staged"), "");
        Path link = Files.createSymbolicLink(directory.resolve("file.5.tmp"), precious.getParent());

        StagingDirectory.sweep(file, NOW.minusSeconds(60));
        StagingDirectory.sweep(directory.resolve("missing").resolve("file"), NOW);

        assertThat(abandoned).doesNotExist();
        assertThat(inUse).exists();
        assertThat(ofAnotherFile).exists();
        assertThat(foreign).exists();
        assertThat(precious).exists();
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    private Path leftover(String name, Instant modified) throws IOException {
        Path created = Files.createDirectory(directory.resolve(name));
        Files.writeString(created.resolve("staged"), "half");
        return Files.setLastModifiedTime(created, FileTime.from(modified));
    }

    private Path only() throws IOException {
        return only("");
    }

    private Path only(String prefix) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(found -> found.getFileName().toString().startsWith(prefix))
                    .reduce((one, other) -> {
                        throw new AssertionError(one + " and " + other);
                    })
                    .orElseThrow();
        }
    }
}

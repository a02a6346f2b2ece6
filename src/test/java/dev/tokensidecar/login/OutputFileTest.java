package dev.tokensidecar.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.token.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that the refresh token goes to. */
class OutputFileTest {

    private static final Secret CONTENT = Secret.of("rt-1");

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("refresh-token");
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }

    @Test
    void onlyTheOwnerMayReadIt() throws IOException {
        OutputFile.prepare(file(), false).write(CONTENT);

        assertThat(file()).hasContent("rt-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(names()).containsExactly("refresh-token");
    }

    @Test
    void anExistingFileStays() throws IOException {
        Files.writeString(file(), "old");

        assertThatThrownBy(() -> OutputFile.prepare(file(), false))
                .isInstanceOf(LoginFailure.class)
                .hasMessage(file() + " exists: name another file with --file, or replace it with --force");
        assertThat(file()).hasContent("old");
    }

    @Test
    void aFileThatAppearsDuringTheLoginStaysToo() throws IOException {
        OutputFile file = OutputFile.prepare(file(), false);
        Files.writeString(file(), "new");

        assertThatThrownBy(() -> file.write(CONTENT))
                .isInstanceOf(LoginFailure.class)
                .hasMessage(file() + " exists: name another file with --file, or replace it with --force");
        assertThat(file()).hasContent("new");
        assertThat(names()).containsExactly("refresh-token");
    }

    @Test
    void itIsReplacedIfThatIsWanted() throws IOException {
        Files.writeString(file(), "old");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));

        OutputFile.prepare(file(), true).write(CONTENT);

        assertThat(file()).hasContent("rt-1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void whatIsNoRegularFileIsNeverReplaced() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), file());

        for (Path other : new Path[] {link, directory, Path.of("/dev/null")}) {
            assertThatThrownBy(() -> OutputFile.prepare(other, true))
                    .hasMessage(other + " is not a regular file: name another one with --file");
        }
    }

    @Test
    void aMissingDirectoryIsReportedBeforeTheLogin() {
        assertThatThrownBy(() -> OutputFile.prepare(directory.resolve("none/refresh-token"), false))
                .hasMessageContaining("cannot be written: create its directory");
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsReportedBeforeTheLogin() throws IOException {
        Files.writeString(file(), "old");

        assertThatThrownBy(() -> OutputFile.prepare(file().resolve("refresh-token"), false))
                .hasMessageContaining("cannot be written: create its directory");
    }

    @Test
    void thePathIsShownAsItWasNamed() {
        assertThatThrownBy(() -> OutputFile.prepare(Path.of("./pom.xml"), false))
                .hasMessageStartingWith("./pom.xml exists: ");
    }

    @Test
    void aFailedWriteShowsNoSecret() throws IOException {
        Path inner = Files.createDirectory(directory.resolve("inner"));
        OutputFile file = OutputFile.prepare(inner.resolve("refresh-token"), false);
        Files.delete(inner);

        assertThatThrownBy(() -> file.write(CONTENT))
                .isInstanceOf(LoginFailure.class)
                .hasMessageContaining("log in again with another --file")
                .message()
                .doesNotContain("rt-1");
    }
}

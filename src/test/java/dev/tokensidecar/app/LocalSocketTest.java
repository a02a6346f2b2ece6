package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.config.SidecarSettings.SocketSettings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The place of a socket: what stops the start there, and what the end leaves behind. */
class LocalSocketTest {

    @TempDir
    Path directory;

    private final List<ServerSocketChannel> servers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (ServerSocketChannel server : servers) {
            server.close();
        }
    }

    private Path path() {
        return directory.resolve("http.sock");
    }

    private static LocalSocket at(Path path, @Nullable String owner) {
        return LocalSocket.of(
                new SocketSettings(path, PosixFilePermissions.fromString("rw-rw----"), owner, Set.of("default")));
    }

    private void listen(Path path) {
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            servers.add(server);
            var unused = server.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFreePathAndASocketInUseAreNoProblem() {
        assertThat(at(path(), null).problem()).isNull();

        listen(path());
        assertThat(at(path(), "0:0").problem()).isNull();
    }

    @Test
    void whatStopsTheStartIsAProblemInTheSameWords() throws IOException {
        Files.writeString(path(), "content");
        assertThat(at(path(), null).problem())
                .isEqualTo("the path exists and is not a socket: remove it, or choose another path");
        assertThat(at(directory.resolve("volume/http.sock"), null).problem())
                .isEqualTo("the directory does not exist: create it, or mount a volume there");
        assertThat(at(directory.resolve("other.sock"), "nobody-of-this-name:0").problem())
                .isEqualTo("nobody here is called nobody-of-this-name: write its number");
    }

    @Test
    void theSocketIsDeletedAtTheEndAndThatOfASuccessorIsNot() throws IOException {
        LocalSocket alone = at(path(), null);
        alone.open(this::listen);
        alone.close();
        assertThat(path()).doesNotExist();

        LocalSocket replaced = at(path(), null);
        replaced.open(this::listen);
        Files.delete(path());
        listen(path());
        replaced.close();
        assertThat(path()).exists();
    }
}

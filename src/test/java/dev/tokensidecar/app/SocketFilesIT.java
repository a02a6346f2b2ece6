package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The files of the Unix domain sockets of the packaged application: when they appear, who may use them, what stops the start. */
@Timeout(120)
class SocketFilesIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;
    private Path socket;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "SocketFilesIT.log"), DemoOptions.defaults());
        socket = directory.resolve("http.sock");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private void openAt(Path path) {
        testBed.set("SIDECAR_SOCKETS_ALL_PATH", path.toString());
        testBed.set("SIDECAR_SOCKETS_ALL_TOKENS", "*");
    }

    @Test
    void theSocketServesTheTokenInterfaceAndIsDeletedOnShutdown() throws Exception {
        openAt(socket);
        testBed.set("SIDECAR_SOCKETS_ALL_MODE", "0600");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(sidecar.log()).contains("listening address=" + socket).doesNotContain("/proc/self");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(ask("Host: localhost")).startsWith("HTTP/1.1 200").contains("access_token");
            assertThat(ask("Host: evil.example")).startsWith("HTTP/1.1 403");

            sidecar.kill();
        }
        try (SidecarProcess next = testBed.start()) {
            next.awaitStarted();
            assertThat(ask("Host: localhost"))
                    .as("the socket of an ended process is replaced")
                    .startsWith("HTTP/1.1 200");

            assertThat(next.stop()).isZero();
            assertThat(socket).doesNotExist();
        }
    }

    /** A listener with a full queue accepts nobody; a blocking connect would wait for room. */
    @Test
    void aSocketWithAFullQueueStopsTheStartImmediately() throws Exception {
        openAt(socket);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket), 1);
            List<SocketChannel> queue = fillQueue();
            assertStartFails("another process listens on it");
            for (SocketChannel waiting : queue) {
                waiting.close();
            }
        }
    }

    private List<SocketChannel> fillQueue() {
        List<SocketChannel> queue = new ArrayList<>();
        try {
            while (true) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                queue.add(channel);
                channel.configureBlocking(false);
                assertThat(channel.connect(UnixDomainSocketAddress.of(socket))).isTrue();
            }
        } catch (IOException full) {
            return queue;
        }
    }

    /** The process creates files for everybody (umask 0), and another user tries to connect without a pause. */
    @Test
    void nobodyConnectsBeforeTheModeIsSet() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can be two users");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(directory.resolve("run"));
        openAt(home.resolve("http.sock"));
        testBed.set("SIDECAR_SOCKETS_ALL_MODE", "0600");
        testBed.prefixCommand("sh", "-c", "umask 0; exec \"$@\"", "sh");
        try (ChildProcess intruder = SocketIntruder.start(10_002, home)) {
            intruder.await("an intruder", () -> intruder.log().contains("ready"), Duration.ofSeconds(30));
            for (int start = 0; start < 3; start++) {
                try (SidecarProcess sidecar = testBed.start()) {
                    sidecar.awaitStarted();
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("http.sock"))))
                            .isEqualTo("rw-------");
                    try (Stream<Path> files = Files.list(home)) {
                        assertThat(files).containsExactly(home.resolve("http.sock"));
                    }
                }
            }
            assertThat(intruder.log()).contains("ready").doesNotContain("connected to ");
        }
    }

    @Test
    void aStagingDirectoryLeftBehindIsRemoved() throws Exception {
        Path left = Files.createDirectory(directory.resolve("http.sock.1.tmp"));
        Files.setLastModifiedTime(left, FileTime.fromMillis(0));
        openAt(socket);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void aPathMayHaveTheLongestLengthOfTheSystem() throws Exception {
        socket = directory.resolve("x".repeat(105 - directory.toString().length()));
        openAt(socket);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(ask("Host: localhost")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aPathInUseStopsTheStart() throws Exception {
        openAt(socket);
        Files.writeString(socket, "content");
        assertStartFails("the path exists and is not a socket");
        assertThat(socket).hasContent("content");

        Files.delete(socket);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            assertStartFails("another process listens on it");
        }
    }

    /** Whether a process of another user listens there cannot be known, so its socket stays. */
    @Test
    void aSocketThatTheProcessMayNotConnectToStopsTheStart() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can be two users");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        openAt(socket);
        testBed.prefixCommand("setpriv", "--reuid=10002", "--regid=10002", "--clear-groups", "--");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            assertStartFails("the process may not connect to");
            assertThat(socket).exists();
        }
    }

    @Test
    void theSocketOfASuccessorStays() throws Exception {
        openAt(socket);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            Files.delete(socket);
            try (ServerSocketChannel successor = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                successor.bind(UnixDomainSocketAddress.of(socket));

                assertThat(sidecar.stop()).isZero();
                assertThat(socket).exists();
            }
        }
    }

    @Test
    void aMissingDirectoryStopsTheStart() throws Exception {
        openAt(directory.resolve("volume").resolve("http.sock"));
        assertStartFails("the directory does not exist: create it, or mount a volume there");
    }

    @Test
    void anUnknownOwnerStopsTheStart() throws Exception {
        openAt(socket);
        testBed.set("SIDECAR_SOCKETS_ALL_OWNER", "nobody-of-this-name:0");
        assertStartFails("nobody here is called nobody-of-this-name: write its number");
        assertThat(socket).doesNotExist();
    }

    @Test
    void anOwnerThatTheSystemDoesNotAllowStopsTheStart() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can be two users");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        openAt(socket);
        testBed.set("SIDECAR_SOCKETS_ALL_OWNER", "0:0");
        testBed.prefixCommand("setpriv", "--reuid=10002", "--regid=10002", "--clear-groups", "--");
        assertStartFails("it cannot be given to 0:0 (Operation not permitted): only root can name");
        assertThat(socket).doesNotExist();
    }

    private void assertStartFails(String why) throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            assertThat(sidecar.awaitExit()).isEqualTo(1);
            assertThat(sidecar.log()).contains("sidecar.sockets.all.path cannot be opened", why);
        }
    }

    private String ask(String header) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String request = "GET /token HTTP/1.1\r\nConnection: close\r\n" + header + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            ByteBuffer response = ByteBuffer.allocate(64 * 1024);
            while (channel.read(response) >= 0) {
                assertThat(response.hasRemaining()).isTrue();
            }
            return new String(response.array(), 0, response.position(), UTF_8);
        }
    }
}

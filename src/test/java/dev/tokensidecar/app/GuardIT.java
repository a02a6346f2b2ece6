package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.ChildProcess;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator can ask of callers, at the packaged application. */
@Timeout(120)
class GuardIT {

    @TempDir
    Path directory;

    private Stage stage;
    private Path socket;

    @BeforeEach
    void open() {
        stage = new Stage(directory, Path.of("target", "GuardIT.log"), DemoOptions.defaults());
        socket = directory.resolve("http.sock");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    /** A cluster for developers may well call its profile so. */
    @ParameterizedTest
    @ValueSource(strings = {"test", "staging"})
    void theFrontDoorIsThereInEveryProfile(String profile) throws Exception {
        stage.set("QUARKUS_PROFILE", profile);
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();

            assertThat(sidecar.log())
                    .contains("listening address=127.0.0.1:" + sidecar.api("/").getPort())
                    .contains(":" + sidecar.management("/").getPort());
        }
    }

    @Test
    void whoDoesNotCarryTheRequiredHeaderIsRefused() throws Exception {
        stage.set("SIDECAR_GUARD_REQUIRED_HEADER", "Metadata: true");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();

            assertThat(stage.get(sidecar.api("/token"), Map.of()).body()).contains("forbidden", "Metadata: true");
            assertThat(status(sidecar, Map.of("Metadata", "false"))).isEqualTo(403);
            assertThat(status(sidecar, Map.of("metadata", "true"))).isEqualTo(200);
        }
    }

    @Test
    void whoDoesNotKnowTheCallerSecretIsRefused() throws Exception {
        stage.set("SIDECAR_GUARD_CALLER_SECRET_FILE", stage.write("caller", "n3w\nold\n"));
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();

            assertThat(status(sidecar, Map.of())).isEqualTo(403);
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "wrong"))).isEqualTo(403);
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "n3w"))).isEqualTo(200);
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "old"))).isEqualTo(200);
            assertThat(status(sidecar, Map.of("Authorization", basic("anything:n3w"))))
                    .isEqualTo(200);
            assertThat(status(sidecar, Map.of("Authorization", basic("anything:wrong"))))
                    .isEqualTo(403);
            assertThat(status(sidecar, Map.of("Authorization", "Basic ***"))).isEqualTo(403);

            Files.writeString(directory.resolve("caller"), "changed");
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "n3w"))).isEqualTo(403);
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "changed"))).isEqualTo(200);

            Files.delete(directory.resolve("caller"));
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "changed"))).isEqualTo(403);
            assertThat(status(sidecar, Map.of("X-Sidecar-Secret", "changed"))).isEqualTo(403);
            assertThat(sidecar.log()).containsOnlyOnce("every request is refused error=caller_secret_unreadable");
            assertThat(sidecar.log()).doesNotContain("n3w", "changed");
        }
    }

    @Test
    void whoShowsTheSecretInTheWayOfAnOAuthClientIsLetInToo() throws Exception {
        stage.set("SIDECAR_GUARD_CALLER_SECRET_FILE", stage.write("caller", "s3cret+"));
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();

            assertThat(status(sidecar, Map.of("Authorization", basic("client:s3cret%2B"))))
                    .isEqualTo(200);
            assertThat(status(sidecar, Map.of("Authorization", basic("client:s3cret+"))))
                    .isEqualTo(200);
        }
    }

    @Test
    void theFormOfAReportIsReadAfterTheSecret() throws Exception {
        stage.set("SIDECAR_GUARD_CALLER_SECRET_FILE", stage.write("caller", "s3cret"));
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();

            Map<String, String> secret = Map.of("X-Sidecar-Secret", "s3cret", "Accept", "text/plain");
            String refused = stage.get(sidecar.api("/token"), secret).body();
            Map<String, String> report = Map.of("X-Sidecar-Secret", "s3cret", "Authorization", "Bearer " + refused);
            String form = "www_authenticate=Bearer+error%3Dinsufficient_scope&padding=" + "x".repeat(30_000);

            assertThat(stage.post(sidecar.api("/token/rejected"), form, report).body())
                    .as("the form says that a new token would not help")
                    .contains(refused);
        }
    }

    private int status(SidecarProcess sidecar, Map<String, String> headers) {
        return stage.get(sidecar.api("/token"), headers).statusCode();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @Test
    void theSocketServesTheSameAndIsTakenAwayInTheEnd() throws Exception {
        stage.set("SIDECAR_GUARD_SOCKET", socket.toString());
        stage.set("SIDECAR_GUARD_SOCKET_MODE", "0600");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                    .isEqualTo("rw-------");
            assertThat(ask("Host: localhost")).startsWith("HTTP/1.1 200").contains("access_token");
            assertThat(ask("Host: evil.example")).startsWith("HTTP/1.1 403");

            sidecar.kill();
        }
        try (SidecarProcess next = stage.start()) {
            next.awaitStarted();
            assertThat(ask("Host: localhost")).as("a dead socket is replaced").startsWith("HTTP/1.1 200");

            assertThat(next.stop()).isZero();
            assertThat(socket).doesNotExist();
        }
    }

    /** A listener whose queue is full answers nobody; to connect to it would wait for room. */
    @Test
    void aPathThatABusyProcessListensAtIsRefusedAtOnce() throws Exception {
        stage.set("SIDECAR_GUARD_SOCKET", socket.toString());
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket), 1);
            List<SocketChannel> queue = fill();
            assertRefused("another process listens there");
            for (SocketChannel waiting : queue) {
                waiting.close();
            }
        }
    }

    private List<SocketChannel> fill() {
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

    /** The process makes everything for everybody (umask 0), and somebody tries the door without a pause. */
    @Test
    void nobodyElseGetsInBeforeTheModeIsSet() throws Exception {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can be two users");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path home = Files.createDirectory(directory.resolve("run"));
        stage.set("SIDECAR_GUARD_SOCKET", home.resolve("http.sock").toString());
        stage.set("SIDECAR_GUARD_SOCKET_MODE", "0600");
        stage.startBy("sh", "-c", "umask 0; exec \"$@\"", "sh");
        try (ChildProcess intruder = SocketIntruder.start(10_002, home)) {
            intruder.await("an intruder", () -> intruder.log().contains("ready"), Duration.ofSeconds(30));
            for (int start = 0; start < 3; start++) {
                try (SidecarProcess sidecar = stage.start()) {
                    sidecar.awaitStarted();
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("http.sock"))))
                            .isEqualTo("rw-------");
                    try (Stream<Path> files = Files.list(home)) {
                        assertThat(files).containsExactly(home.resolve("http.sock"));
                    }
                }
            }
            assertThat(intruder.log()).contains("ready").doesNotContain("in by ");
        }
    }

    @Test
    void whatAProcessLeftThatEndedBeforeItsSocketWasInPlaceIsRemoved() throws Exception {
        Path left = Files.createDirectory(directory.resolve("http.sock.1.tmp"));
        Files.setLastModifiedTime(left, FileTime.fromMillis(0));
        stage.set("SIDECAR_GUARD_SOCKET", socket.toString());
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void aPathMayBeAsLongAsTheSystemAllows() throws Exception {
        socket = directory.resolve("x".repeat(105 - directory.toString().length()));
        stage.set("SIDECAR_GUARD_SOCKET", socket.toString());
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            assertThat(ask("Host: localhost")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aPathThatIsTakenIsRefused() throws Exception {
        stage.set("SIDECAR_GUARD_SOCKET", socket.toString());
        Files.writeString(socket, "content");
        assertRefused("something that is no socket is there");
        assertThat(socket).hasContent("content");

        Files.delete(socket);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            assertRefused("another process listens there");
        }
    }

    private void assertRefused(String why) throws Exception {
        try (SidecarProcess sidecar = stage.start()) {
            assertThatThrownBy(sidecar::awaitLive).hasMessageContaining("the process ended with 1");
            assertThat(sidecar.log()).contains("sidecar.guard.socket cannot be opened", why);
        }
    }

    private String ask(String header) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            String request = "GET /token HTTP/1.1\r\nConnection: close\r\n" + header + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(request.getBytes(UTF_8)));
            ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
            while (channel.read(answer) >= 0) {
                assertThat(answer.hasRemaining()).isTrue();
            }
            return new String(answer.array(), 0, answer.position(), UTF_8);
        }
    }
}

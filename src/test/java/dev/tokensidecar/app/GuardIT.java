package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpResponse;
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

/** What an operator can require of callers, with the packaged application. */
@Timeout(120)
class GuardIT {

    @TempDir
    Path directory;

    private SidecarTestBed testBed;
    private Path socket;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "GuardIT.log"), DemoOptions.defaults());
        socket = directory.resolve("http.sock");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    /** Operators may use the name of a cluster as the profile. */
    @ParameterizedTest
    @ValueSource(strings = {"test", "staging"})
    void everyProfileOpensTheSameListeners(String profile) throws Exception {
        testBed.set("QUARKUS_PROFILE", profile);
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(sidecar.log())
                    .contains("listening address=127.0.0.1:" + sidecar.api("/").getPort())
                    .contains(":" + sidecar.management("/").getPort());
        }
    }

    @Test
    void requestsWithoutTheRequiredHeaderAreRejected() throws Exception {
        testBed.set("SIDECAR_GUARD_REQUIRED_HEADER", "Metadata: true");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(testBed.get(sidecar.api("/token"), Map.of()).body()).contains("forbidden", "Metadata: true");
            assertThat(status(sidecar, Map.of("Metadata", "false"))).isEqualTo(403);
            assertThat(status(sidecar, Map.of("metadata", "true"))).isEqualTo(200);
        }
    }

    @Test
    void requestsWithoutTheCallerSecretAreRejected() throws Exception {
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller", "n3w\nold\n"));
        try (SidecarProcess sidecar = testBed.start()) {
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
            assertThat(sidecar.log()).containsOnlyOnce("every request is rejected error=caller_secret_unreadable");
            assertThat(sidecar.log()).doesNotContain("n3w", "changed");
        }
    }

    /** Only the sidecar's own metadata is for everybody: whatever an API serves at these paths is not. */
    @ParameterizedTest
    @ValueSource(strings = {"/api", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
    void everyForwardedPathNeedsTheCallerSecret(String path) throws Exception {
        int port = ChildProcess.freePort();
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller", "s3cret"));
        testBed.set("SIDECAR_FORWARD_API_TARGET", testBed.server().issuer());
        testBed.set("SIDECAR_FORWARD_API_PORT", Integer.toString(port));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            URI uri = URI.create("http://127.0.0.1:" + port + path);

            assertThat(testBed.get(uri).statusCode()).isEqualTo(403);
            assertThat(testBed.get(uri, Map.of("X-Sidecar-Secret", "s3cret")).statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void theSecretIsAcceptedInTheEncodingOfOAuthClients() throws Exception {
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller", "s3cret+"));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            assertThat(status(sidecar, Map.of("Authorization", basic("client:s3cret%2B"))))
                    .isEqualTo(200);
            assertThat(status(sidecar, Map.of("Authorization", basic("client:s3cret+"))))
                    .isEqualTo(200);
        }
    }

    /** RFC 6749 section 2.3.1: not every library can use HTTP Basic. */
    @Test
    void theCallerSecretMayBeTheClientSecretOfATokenRequest() throws Exception {
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller", "s3cret+"));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            String form = "grant_type=client_credentials&client_id=any&client_secret=";
            assertThat(testBed.get(sidecar.api("/.well-known/oauth-authorization-server"), Map.of())
                            .statusCode())
                    .as("libraries present nothing when they ask for metadata")
                    .isEqualTo(200);

            assertThat(testBed.post(sidecar.api("/token"), form + "s3cret%2B", Map.of())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(testBed.post(sidecar.api("/tokens/default"), form + "s3cret%2B", Map.of())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(status(sidecar, "/.well-known/../token")).isEqualTo(403);
            assertThat(status(sidecar, "/.well-known/openid-configuration/../../token"))
                    .isEqualTo(403);
            HttpResponse<String> refused = testBed.post(sidecar.api("/token"), form + "wrong", Map.of());
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).startsWith("{\"error\":\"forbidden\"");
            assertThat(testBed.post(sidecar.api("/token/rejected"), "client_secret=s3cret%2B", Map.of())
                            .statusCode())
                    .as("only a token request is one of a library")
                    .isEqualTo(403);
        }
    }

    /** Sends a request target as it is. */
    private static int status(SidecarProcess sidecar, String target) {
        try (RawHttp client = RawHttp.open(sidecar.api("/").getPort())) {
            client.sendMore("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            return client.readUntilClosed().status();
        }
    }

    @Test
    void aReportWithASecretAndAFormIsAccepted() throws Exception {
        testBed.set("SIDECAR_GUARD_CALLER_SECRET_FILE", testBed.write("caller", "s3cret"));
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

            Map<String, String> secret = Map.of("X-Sidecar-Secret", "s3cret", "Accept", "text/plain");
            String refused = testBed.get(sidecar.api("/token"), secret).body();
            Map<String, String> report = Map.of("X-Sidecar-Secret", "s3cret", "Authorization", "Bearer " + refused);
            String form = "www_authenticate=Bearer+error%3Dinsufficient_scope&padding=" + "x".repeat(30_000);

            assertThat(testBed.post(sidecar.api("/token/rejected"), form, report)
                            .body())
                    .as("the form says that a new token would not help")
                    .contains(refused);
        }
    }

    private int status(SidecarProcess sidecar, Map<String, String> headers) {
        return testBed.get(sidecar.api("/token"), headers).statusCode();
    }

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    }

    @Test
    void theSocketServesTheTokenInterfaceAndIsDeletedOnShutdown() throws Exception {
        testBed.set("SIDECAR_GUARD_SOCKET", socket.toString());
        testBed.set("SIDECAR_GUARD_SOCKET_MODE", "0600");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();

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
        testBed.set("SIDECAR_GUARD_SOCKET", socket.toString());
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
        testBed.set("SIDECAR_GUARD_SOCKET", home.resolve("http.sock").toString());
        testBed.set("SIDECAR_GUARD_SOCKET_MODE", "0600");
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
        testBed.set("SIDECAR_GUARD_SOCKET", socket.toString());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void aPathMayHaveTheLongestLengthOfTheSystem() throws Exception {
        socket = directory.resolve("x".repeat(105 - directory.toString().length()));
        testBed.set("SIDECAR_GUARD_SOCKET", socket.toString());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(ask("Host: localhost")).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aPathInUseStopsTheStart() throws Exception {
        testBed.set("SIDECAR_GUARD_SOCKET", socket.toString());
        Files.writeString(socket, "content");
        assertStartFails("the path exists and is not a socket");
        assertThat(socket).hasContent("content");

        Files.delete(socket);
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            assertStartFails("another process listens on it");
        }
    }

    private void assertStartFails(String why) throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            assertThatThrownBy(sidecar::awaitLive).hasMessageContaining("the process ended with 1");
            assertThat(sidecar.log()).contains("sidecar.guard.socket cannot be opened", why);
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

package dev.tokensidecar.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.testing.crypto.CertificateAuthority;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ProcessMemory;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.server.TlsTerminator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Token endpoints under hostile control: the sidecar ends every response, and accepts the next honest one. */
@Timeout(120)
class TokenEndpointIT {

    private static final String TOKEN =
            "{\"access_token\":\"honest\",\"token_type\":\"Bearer\",\"expires_in\":600,\"refresh_token\":\"rotated\"}";
    private static final int BOMB_BYTES = 200_000_000;
    private static final int PIECE = 8192;
    private static final Duration BETWEEN_BYTES = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private AttackScene scene;
    private HostileServer server;

    @BeforeEach
    void open() throws Exception {
        scene = new AttackScene(TokenEndpointIT.class, directory);
        server = new HostileServer();
        use(server.uri("/token"));
        scene.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TIMEOUT", "1s");
        scene.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_CONNECT_TIMEOUT", "800ms");
        scene.testBed().set("SIDECAR_TOKEN_HTTP_MAX_WAIT", "800ms");
        scene.testBed().set("SIDECAR_TOKEN_REFRESH_BACK_OFF_INITIAL", "100ms");
        scene.testBed().set("SIDECAR_TOKEN_REFRESH_BACK_OFF_MAX", "200ms");
    }

    private void use(String endpoint) {
        scene.testBed().set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", endpoint);
    }

    @AfterEach
    void close() throws Exception {
        scene.close();
        server.close();
    }

    static Stream<Arguments> responses() {
        return Stream.of(
                response("fields that never end", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\n");
                    sendForever(exchange, "X-More: " + Floods.x(100) + "\r\n");
                }),
                response("a line that never ends", exchange -> {
                    exchange.send("HTTP/1.1 200 ");
                    sendForever(exchange, Floods.x(PIECE));
                }),
                response("a body that never ends", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"access_token\":\"");
                    sendForever(exchange, Floods.x(PIECE));
                }),
                response("chunks that never end", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                    sendForever(exchange, "2000\r\n" + Floods.x(PIECE) + "\r\n");
                }),
                response("trailers that never end", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
                    sendForever(exchange, "X-More: " + Floods.x(100) + "\r\n");
                }),
                response(
                        "interim responses that never end",
                        exchange -> sendForever(exchange, "HTTP/1.1 103 Early Hints\r\n\r\n")),
                response("a head byte by byte", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nX: ");
                    sendByteByByte(exchange);
                }),
                response("a body byte by byte", exchange -> {
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n");
                    sendByteByByte(exchange);
                }),
                response("an upgrade that nobody requested", exchange -> {
                    exchange.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
                    exchange.json(TOKEN.replace("honest", "upgraded"));
                }),
                response("a gzip bomb", exchange -> {
                    String bomb = bomb();
                    exchange.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n"
                            + "Content-Length: " + bomb.length() + "\r\n\r\n" + bomb);
                }),
                response("arrays in arrays", exchange -> exchange.json("[".repeat(60_000))));
    }

    /** Responds to one request. */
    interface HostileResponse {
        void send(HostileServer.Exchange exchange) throws IOException, InterruptedException;
    }

    private static Arguments response(String name, HostileResponse response) {
        return Arguments.of(name, response);
    }

    private static void sendForever(HostileServer.Exchange exchange, String piece) throws IOException {
        while (true) {
            exchange.send(piece);
        }
    }

    private static void sendByteByByte(HostileServer.Exchange exchange) throws IOException, InterruptedException {
        while (true) {
            exchange.send("x");
            Thread.sleep(BETWEEN_BYTES);
        }
    }

    private static String bomb() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            byte[] zeros = new byte[PIECE];
            for (int written = 0; written < BOMB_BYTES; written += PIECE) {
                gzip.write(zeros);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("responses")
    void everyHostileResponseEndsAndTheNextOneCounts(String name, HostileResponse response) throws Exception {
        server.script((request, exchange) -> response.send(exchange));
        SidecarProcess sidecar = scene.live();
        sidecar.await("three attempts", () -> server.requests().size() >= 3);

        ProcessMemory memory = ProcessMemory.of(sidecar.pid());
        assertThat(memory.anonymousMegabytes()).isLessThanOrEqualTo(FloodReport.PROMISED_OWN_MEGABYTES);
        assertThat(memory.peakMegabytes()).isLessThanOrEqualTo(FloodReport.PROMISED_RESIDENT_MEGABYTES);
        assertThat(requestToken(sidecar).body()).doesNotContain("access_token");

        server.script((request, exchange) -> exchange.json(TOKEN));
        sidecar.awaitStarted();
        assertThat(requestToken(sidecar).body()).contains("\"access_token\":\"honest\"");
        assertThat(sidecar.log()).doesNotContain("OutOfMemory", "Unhandled exception", "Uncaught");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100 Continue", "102 Processing", "103 Early Hints", "104 Upload Resumption", "199 Odd"})
    void anInterimResponseIsNotTheFinalOne(String interim) throws Exception {
        server.script((request, exchange) -> {
            exchange.send("HTTP/1.1 " + interim + "\r\n\r\n");
            Thread.sleep(BETWEEN_BYTES);
            exchange.json(TOKEN);
        });
        SidecarProcess sidecar = scene.live();

        sidecar.await(
                "the token",
                Duration.ofSeconds(5),
                () -> requestToken(sidecar).body().contains("\"honest\""));

        assertThat(server.requests()).hasSize(1);
        assertThat(Files.readString(scene.testBed().storeFile())).contains("rotated");
    }

    /** Its certificate is valid, but for an address and not for this name. */
    @Test
    void aServerWithAnotherNameGetsNoCredentials() throws Exception {
        server.script((request, exchange) -> exchange.json(TOKEN));
        CertificateAuthority authority = CertificateAuthority.make(directory, "authority");
        int upstreamPort = URI.create(server.uri("/")).getPort();
        try (TlsTerminator front = new TlsTerminator(upstreamPort, authority.issue("server"))) {
            use("https://localhost:" + front.uri("/").getPort() + "/token");
            scene.testBed()
                    .set("QUARKUS_TLS_TRUST_STORE_PEM_CERTS", authority.pem().toString());
            SidecarProcess sidecar = scene.live();

            sidecar.awaitLog("tls_failed");

            assertThat(server.requests()).isEmpty();
        }
    }

    private static RawHttp.Response requestToken(SidecarProcess sidecar) {
        String request = "GET /token HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=1\r\nConnection: close\r\n\r\n";
        try (RawHttp connection = RawHttp.open(sidecar.api("/").getPort())) {
            return connection.send(request).readUntilClosed();
        }
    }
}

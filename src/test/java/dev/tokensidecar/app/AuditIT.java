package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.http.UnixHttp;
import dev.tokensidecar.testing.log.LogFields;
import dev.tokensidecar.testing.log.SecretSearch;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The audit trail of the packaged application, with the callers that the kernel knows. */
@Timeout(120)
class AuditIT {

    private static final String LOGGER = "dev.tokensidecar.audit";

    @TempDir
    Path directory;

    private SidecarTestBed testBed;
    private Path socket;

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "AuditIT.log"), DemoOptions.defaults());
        socket = directory.resolve("http.sock");
        testBed.set("SIDECAR_SOCKETS_MAIL_PATH", socket.toString());
        testBed.set("SIDECAR_SOCKETS_MAIL_TOKENS", "*");
        testBed.set("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    /** Returns the fields of each line, and what the line says. */
    private static List<Map<String, String>> trail(SidecarProcess sidecar) {
        return sidecar.log()
                .lines()
                .map(JsonObject::new)
                .filter(line -> line.getString("loggerName").equals(LOGGER))
                .map(line -> LogFields.of(line.getString("message")))
                .toList();
    }

    @Test
    void everyHandOutAndEveryRejectionHasItsCaller() throws Exception {
        testBed.set("SIDECAR_AUDIT_ENABLED", "true");
        String user = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        String process = Files.readString(Path.of("/proc/self/comm")).strip();
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (UnixHttp caller = new UnixHttp(socket)) {
                for (int i = 0; i < 20; i++) {
                    assertThat(caller.send("GET /token", "").status()).isEqualTo(200);
                }
                assertThat(caller.send("GET /token", "", "Accept: text/html, application/json;q=0.9")
                                .status())
                        .isEqualTo(200);
                assertThat(caller.send("POST /token", "grant_type=client_credentials")
                                .status())
                        .isEqualTo(200);
                assertThat(caller.send("GET /tokens/nobody", "").status()).isEqualTo(404);
                assertThat(caller.send("GET /token", "", "Origin: https://evil.example")
                                .status())
                        .isEqualTo(403);
            }
            assertThat(testBed.get(sidecar.api("/token")).statusCode()).isEqualTo(200);
            assertThat(sidecar.stop()).isZero();

            List<Map<String, String>> trail = trail(sidecar);
            Map<String, String> atSocket = Map.of("listener", "mail", "user", user, "process", process);
            assertThat(requests(trail, atSocket, Map.of("token", "default", "generation", "1")))
                    .isEqualTo(22);
            assertThat(requests(trail, atSocket, Map.of("token", "none", "error", "unknown_token")))
                    .isOne();
            assertThat(requests(trail, atSocket, Map.of("token", "none", "error", "foreign_header")))
                    .isOne();
            assertThat(requests(trail, Map.of("listener", "tcp"), Map.of("token", "default", "generation", "1")))
                    .isOne();
            SecretSearch secrets = new SecretSearch();
            secrets.addInAnyForm(testBed.server().accessTokens().keySet());
            secrets.addInAnyForm(testBed.server().refreshTokens());
            assertThat(secrets.leaks(Map.of("log", List.of(sidecar.log())))).isEmpty();
            assertThat(sidecar.log()).doesNotContain("evil.example");
        }
    }

    /** Who asks for a token and gets none has a line with the reason; who gets one has no other line. */
    @Test
    void aTokenThatWasNotSentIsNotHandedOut() throws Exception {
        testBed.set("SIDECAR_AUDIT_ENABLED", "true");
        testBed.set("SIDECAR_TOKEN_FIELDS", "id_token");
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (UnixHttp caller = new UnixHttp(socket)) {
                assertThat(caller.send("GET /token?field=id_token", "").status())
                        .isEqualTo(500);
                assertThat(caller.send("GET /token", "", "Accept: image/png").status())
                        .isEqualTo(406);
                assertThat(caller.send("GET /token?field=x", "").status()).isEqualTo(400);
                assertThat(caller.send("GET /token?min_ttl=x", "").status()).isEqualTo(400);
                assertThat(caller.send("POST /token/rejected", "", "Content-Length: 0")
                                .status())
                        .isEqualTo(400);
                assertThat(caller.send("POST /tokens/default", "grant_type=password")
                                .status())
                        .isEqualTo(400);
                assertThat(caller.send("POST /token", "grant_type=password").status())
                        .isEqualTo(400);
            }
            try (RawHttp head = RawHttp.send(sidecar.api("/").getPort(), "HEAD /token HTTP/1.1", "Host: localhost")) {
                assertThat(head.head().status()).isEqualTo(200);
            }
            assertThat(sidecar.stop()).isZero();

            List<Map<String, String>> trail = trail(sidecar);
            Map<String, String> atSocket = Map.of("listener", "mail");
            assertThat(trail).noneMatch(line -> line.containsKey("generation"));
            assertThat(requests(trail, atSocket, Map.of("token", "default", "error", "configuration")))
                    .isOne();
            assertThat(requests(trail, atSocket, Map.of("token", "default", "error", "not_acceptable")))
                    .isOne();
            assertThat(requests(trail, atSocket, Map.of("token", "default", "error", "invalid_request")))
                    .as("field, min_ttl, and a report without a token")
                    .isEqualTo(3);
            assertThat(requests(trail, atSocket, Map.of("token", "default", "error", "unsupported_grant_type")))
                    .isOne();
            assertThat(requests(trail, atSocket, Map.of("token", "none", "error", "unsupported_grant_type")))
                    .isOne();
            assertThat(requests(trail, Map.of("listener", "tcp"), Map.of())).isZero();
        }
    }

    /** Adds up the lines about a caller and a result. */
    private static long requests(
            List<Map<String, String>> trail, Map<String, String> caller, Map<String, String> result) {
        return trail.stream()
                .filter(line -> line.entrySet().containsAll(caller.entrySet())
                        && line.entrySet().containsAll(result.entrySet()))
                .mapToLong(line -> Long.parseLong(line.get("requests")))
                .sum();
    }

    @Test
    void thereIsNoTrailByDefault() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            assertThat(UnixHttp.send(socket, "GET /token", "").status()).isEqualTo(200);
            assertThat(sidecar.stop()).isZero();

            assertThat(trail(sidecar)).isEmpty();
        }
    }
}

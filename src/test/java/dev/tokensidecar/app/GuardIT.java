package dev.tokensidecar.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.http.RawHttp;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
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

    @BeforeEach
    void open() {
        testBed = new SidecarTestBed(directory, Path.of("target", "GuardIT.log"), DemoOptions.defaults());
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
}

package dev.tokensidecar.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.demo.Fault;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import dev.tokensidecar.testing.server.Gateway;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Envoy adds the token that the packaged application writes for it. */
@Timeout(120)
class EnvoyIT {

    @TempDir
    Path directory;

    private Path secret = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private SidecarTestBed testBed;

    @BeforeEach
    void open() throws Exception {
        testBed = new SidecarTestBed(directory, Path.of("target", "EnvoyIT.log"), DemoOptions.defaults());
        secret = Files.createDirectory(directory.resolve("tokens")).resolve("envoy.json");
        testBed.set("SIDECAR_TOKEN_FILE", secret.toString());
        testBed.set("SIDECAR_TOKEN_FILE_FORMAT", "envoy-sds");
        testBed.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    @Test
    void callsHaveTheNewestTokenAndNoneAfterTheEndOfTheSidecar() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitStarted();
            try (Gateway envoy = envoy()) {
                assertThat(call(envoy).statusCode()).isEqualTo(200);

                testBed.server().revokeAccessTokens();
                assertThat(call(envoy).statusCode()).as("Envoy reports nothing").isEqualTo(401);
                String revoked = testBed.get(sidecar.api("/token")).body();
                assertThat(testBed.post(
                                        sidecar.api("/token/rejected"),
                                        "",
                                        Map.of("Authorization", "Bearer " + revoked))
                                .statusCode())
                        .isEqualTo(200);
                sidecar.await("a call with the new token", () -> call(envoy).statusCode() == 200);

                assertThat(sidecar.stop()).isZero();
                sidecar.await(
                        "no call with an old token", () -> call(envoy).body().equals("Failed to inject credential."));
                assertThat(Files.readString(secret)).contains("\"inline_string\":\"\"");
            }
        }
    }

    /** So the sidecar has to start first. */
    @Test
    void envoyDoesNotStartWithoutTheFile() {
        assertThatThrownBy(this::envoy)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("envoy.json' does not exist");
    }

    @Test
    void theFileIsThereBeforeTheFirstToken() throws Exception {
        testBed.server().faults().next(Fault.hold());
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            try (Gateway envoy = envoy()) {
                assertThat(call(envoy).statusCode()).isEqualTo(401);

                testBed.server().release();
                sidecar.await("a call with the first token", () -> call(envoy).statusCode() == 200);
            }
        }
    }

    private Gateway envoy() throws Exception {
        return new Gateway(
                Gateway.Kind.ENVOY_CREDENTIAL_INJECTOR,
                secret.resolveSibling(""),
                0,
                testBed.server().port());
    }

    private HttpResponse<String> call(Gateway envoy) {
        return testBed.get(envoy.uri("/api"));
    }
}

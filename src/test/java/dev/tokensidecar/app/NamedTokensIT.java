package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.crypto.Sha256;
import dev.tokensidecar.testing.process.ChildProcess;
import dev.tokensidecar.testing.process.SidecarProcess;
import dev.tokensidecar.testing.process.SidecarTestBed;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several tokens in one sidecar: two share a refresh token at a strict server, one has another client, one has no server.
 */
class NamedTokensIT {

    private static final List<String> SHARED = List.of("SIDECAR_TOKEN_", "SIDECAR_TOKENS_INVOICES_");
    private static final List<String> PATHS = List.of("/token", "/tokens/invoices");
    private static final String ORDERS = "SIDECAR_TOKENS_ORDERS_V2_";
    private static final String BROKEN = "SIDECAR_TOKENS_BROKEN_";

    private final SidecarTestBed testBed;

    NamedTokensIT(@TempDir Path directory) {
        testBed = new SidecarTestBed(
                directory,
                Path.of("target/named-tokens-it.log"),
                DemoOptions.builder()
                        .accessTokenLifetime(Duration.ofSeconds(300))
                        .build());
        SHARED.forEach(prefix -> client(prefix, testBed.server().tokenEndpoint()));
        SHARED.forEach(prefix -> {
            testBed.set(
                    prefix + "STORE_REFRESH_TOKEN_FILE",
                    directory.resolve("seed").toString());
            testBed.set(prefix + "STORE_FILE", testBed.storeFile().toString());
            testBed.set(prefix + "REFRESH_REJECTED_INTERVAL", "0s");
        });
        testBed.set("SIDECAR_TOKENS_INVOICES_GRANT_AUDIENCE", "https://invoices.example.com");
        client(ORDERS, testBed.server().tokenEndpoint());
        testBed.set(ORDERS + "GRANT_TYPE", "client_credentials");
        client(BROKEN, "http://127.0.0.1:" + ChildProcess.freePort() + "/token");
        testBed.set(BROKEN + "GRANT_TYPE", "client_credentials");
    }

    private void client(String prefix, String tokenEndpoint) {
        testBed.set(prefix + "AUTHORIZATION_SERVER_TOKEN_ENDPOINT", tokenEndpoint);
        testBed.set(prefix + "CLIENT_ID", DemoOptions.CLIENT_ID);
        testBed.set(prefix + "CLIENT_SECRET_FILE", testBed.write("client-secret", DemoOptions.CLIENT_SECRET));
    }

    @AfterEach
    void close() {
        testBed.close();
    }

    private String token(SidecarProcess sidecar, String path) {
        HttpResponse<String> response = SidecarTestBed.await(testBed.getAsync(sidecar.api(path)));
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    private int status(URI uri) {
        return testBed.get(uri).statusCode();
    }

    @Test
    void eachTokenIsServedUnderItsNameIndependentlyOfTheOthers() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();

            List<String> tokens = Stream.of("/token", "/tokens/invoices", "/tokens/orders-v2")
                    .map(path -> token(sidecar, path))
                    .toList();

            assertThat(tokens).doesNotHaveDuplicates().allMatch(testBed::apiAccepts);
            assertThat(token(sidecar, "/tokens/default")).isEqualTo(token(sidecar, "/token"));
            assertThat(status(sidecar.api("/tokens/broken"))).isEqualTo(503);
            assertThat(status(sidecar.api("/tokens/nobody"))).isEqualTo(404);
            assertThat(testBed.get(sidecar.management("/q/health/ready")).body())
                    .contains("usable token: broken", "usable token: orders-v2");
            assertThat(status(sidecar.management("/q/health/ready"))).isEqualTo(503);
            assertThat(testBed.get(sidecar.management("/q/metrics")).body())
                    .containsPattern("token_sidecar_generation\\{token=\"invoices\",?} 1.0")
                    .containsPattern("token_sidecar_generation\\{token=\"broken\",?} 0.0");
        }
    }

    /** Two concurrent renewals with one refresh token would end the session here. */
    @Test
    void renewalsWithASharedRefreshTokenRunOneAtATime() throws Exception {
        try (SidecarProcess sidecar = testBed.start()) {
            sidecar.awaitLive();
            for (int round = 0; round < 20; round++) {
                PATHS.stream().map(path -> path + "?rejected=" + Sha256.hex(token(sidecar, path))).toList().stream()
                        .map(report -> testBed.getAsync(sidecar.api(report)))
                        .toList()
                        .forEach(response -> assertThat(
                                        SidecarTestBed.await(response).statusCode())
                                .isEqualTo(200));
            }

            assertThat(PATHS).allMatch(path -> testBed.apiAccepts(token(sidecar, path)));
            assertThat(testBed.server().stats().reuseDetections()).isZero();
        }
    }
}

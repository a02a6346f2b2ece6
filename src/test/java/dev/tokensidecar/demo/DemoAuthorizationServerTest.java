package dev.tokensidecar.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoAuthorizationServerTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void closeVertx() throws Exception {
        await(vertx.close());
    }

    @Test
    void portIsFreeAfterClose() {
        DemoAuthorizationServer first = DemoAuthorizationServer.start(vertx, DemoOptions.defaults());
        int port = first.port();
        first.close();

        try (DemoAuthorizationServer second = DemoAuthorizationServer.start(
                vertx, DemoOptions.builder().port(port).build())) {
            assertThat(second.issuer()).isEqualTo("http://127.0.0.1:" + port);
        }
    }

    @Test
    void occupiedPortIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            DemoOptions options =
                    DemoOptions.builder().port(taken.getLocalPort()).build();
            assertThatThrownBy(() -> DemoAuthorizationServer.start(vertx, options))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("port " + taken.getLocalPort());
        }
    }

    @Test
    void eventLoopIsNotBlocked() {
        CompletableFuture<DemoAuthorizationServer> started = new CompletableFuture<>();
        vertx.runOnContext(go -> {
            try {
                started.complete(DemoAuthorizationServer.start(vertx, DemoOptions.defaults()));
            } catch (IllegalStateException expected) {
                started.completeExceptionally(expected);
            }
        });

        assertThatThrownBy(() -> started.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("event loop");
    }

    @Test
    void mainNamesTheIssuerAndTheFiles(@TempDir Path directory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Path files = directory.resolve("deep/down");
        DemoMain main = new DemoMain(
                List.of("--port=0", "--jwt=true", "--directory=" + files),
                Map.of("DEMO_PORT", "1", "DEMO_ACCESS_TOKEN_LIFETIME", "1m", "DEMO_GRACE", "PT10S"));

        try (DemoAuthorizationServer server = main.start(vertx, new PrintStream(out, true, StandardCharsets.UTF_8))) {
            Path refreshTokenFile = files.resolve("refresh-token");
            Path secretFile = files.resolve("client-secret");
            assertThat(out.toString(StandardCharsets.UTF_8).lines())
                    .containsExactly(
                            "issuer=" + server.issuer(),
                            "client-secret-file=" + secretFile,
                            "refresh-token-file=" + refreshTokenFile);
            assertThat(secretFile).hasContent("demo-secret");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(refreshTokenFile)))
                    .isEqualTo("rw-------");
            DemoClient client = new DemoClient(server);
            String first = Files.readString(refreshTokenFile);
            JsonObject response = DemoClient.json(client.refresh(first));
            assertThat(response.getInteger("expires_in")).isEqualTo(60);
            assertThat(response.getString("access_token")).contains(".");
            assertThat(client.refresh(first).statusCode())
                    .as("within the grace period")
                    .isEqualTo(200);
        }
    }

    @Test
    void secretFileIsReplaced(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("refresh-token");
        Files.writeString(file, "a longer refresh token of yesterday");

        SecretFileWriter.write(file, "new");

        assertThat(file).hasContent("new");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    private static void await(Future<?> future) throws Exception {
        var unused = future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}

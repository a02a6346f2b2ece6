package dev.tokensidecar.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tokensidecar.demo.DemoOptions;
import dev.tokensidecar.testing.SelfSigned;
import dev.tokensidecar.testing.SidecarProcess;
import dev.tokensidecar.testing.Stage;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced on the disk while the packaged application runs. */
@Timeout(120)
class TlsFilesIT {

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private Stage stage;
    private SelfSigned right;
    private SelfSigned wrong;

    @BeforeEach
    void open() throws Exception {
        stage = new Stage(directory, Path.of("target", "TlsFilesIT.log"), DemoOptions.defaults());
        right = SelfSigned.make(directory, "right");
        wrong = SelfSigned.make(directory, "wrong");
        NetServer front = vertx.createNetServer(
                        new NetServerOptions().setSsl(true).setKeyCertOptions(right.pfx()))
                .connectHandler(this::forward);
        int port = join(front.listen(0, "127.0.0.1").toCompletionStage()).actualPort();
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TOKEN_ENDPOINT", "https://127.0.0.1:" + port + "/token");
        stage.set("SIDECAR_TOKEN_AUTHORIZATION_SERVER_TLS_CONFIGURATION_NAME", "internal");
        stage.set("QUARKUS_TLS_INTERNAL_TRUST_STORE_PEM_CERTS", trusted().toString());
    }

    private Path trusted() {
        return directory.resolve("trusted.pem");
    }

    /** TLS ends here; behind it is the demo server. */
    private void forward(NetSocket outside) {
        outside.pause();
        vertx.createNetClient().connect(stage.server().port(), "127.0.0.1").onSuccess(inside -> {
            var unused = inside.pipeTo(outside);
            var unusedToo = outside.pipeTo(inside);
            outside.resume();
        });
    }

    @AfterEach
    void close() {
        stage.close();
        join(vertx.close().toCompletionStage());
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    @Test
    void anotherCaIsTrustedWithoutARestart() throws Exception {
        Files.copy(wrong.pem(), trusted());
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitLog("error=tls_failed");
            assertThat(stage.get(sidecar.api("/token")).statusCode()).isEqualTo(503);

            Files.copy(right.pem(), trusted(), StandardCopyOption.REPLACE_EXISTING);

            sidecar.awaitStarted();
            assertThat(stage.works(stage.get(sidecar.api("/token")).body())).isTrue();
        }
    }

    @Test
    void aFileThatCannotBeReadLeavesTheFormerOneInForceAndIsTold() throws Exception {
        Files.copy(right.pem(), trusted());
        stage.set("SIDECAR_TOKEN_REFRESH_MIN_INTERVAL", "0s");
        try (SidecarProcess sidecar = stage.start()) {
            sidecar.awaitStarted();
            Files.writeString(trusted(), "half a certif");

            String renewed = stage.get(sidecar.api("/token?min_ttl=30")).body();

            assertThat(stage.works(renewed)).isTrue();
            assertThat(sidecar.log()).containsOnlyOnce("certificate files cannot be read");
        }
    }
}

package dev.tokensidecar.dependencies;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The native library of Netty's epoll transport works with its classes, which are newer. */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = {"amd64", "aarch64"})
class NativeTransportTest {

    @TempDir
    private Path directory;

    @Test
    void aUnixSocketServesARequest() throws Exception {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1))
                .build();
        try {
            assertThat(vertx.isNativeTransportEnabled())
                    .as("%s", vertx.unavailableNativeTransportCause())
                    .isTrue();
            SocketAddress socket =
                    SocketAddress.domainSocketAddress(directory.resolve("s").toString());
            vertx.createHttpServer()
                    .requestHandler(request -> request.response().end("here"))
                    .listen(socket)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);

            String answer = vertx.createHttpClient(new HttpClientOptions())
                    .request(new RequestOptions().setServer(socket).setMethod(HttpMethod.GET))
                    .compose(request -> request.send())
                    .compose(response -> response.body())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS)
                    .toString();

            assertThat(answer).isEqualTo("here");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}

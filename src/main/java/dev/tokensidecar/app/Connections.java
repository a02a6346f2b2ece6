package dev.tokensidecar.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Servers of the application side, and what their connections carry along: nobody speaks WebSocket here, and thousands would pay for it. */
@Singleton
final class Connections implements HttpServerOptionsCustomizer {

    private static final long PATIENCE_SECONDS = 10;

    static HttpServerOptions plain(HttpServerOptions options) {
        return options.setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    /** Waits until a server listens; throws what keeps it from that. */
    static HttpServer listening(Future<HttpServer> opening) {
        return opening.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        var unused = plain(options);
    }
}

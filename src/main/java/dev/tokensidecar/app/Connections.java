package dev.tokensidecar.app;

import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** What a connection of the application side carries along: nobody speaks WebSocket here, and thousands would pay for it. */
@Singleton
final class Connections implements HttpServerOptionsCustomizer {

    static HttpServerOptions plain(HttpServerOptions options) {
        return options.setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        var unused = plain(options);
    }
}

package dev.tokensidecar.app;

import dev.tokensidecar.ingress.HttpListener;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** Gives the listener of the framework, which dev mode and tests use, the HTTP options of all other listeners. */
@Singleton
final class Connections implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        var unused = HttpListener.plain(options);
    }
}

package dev.tokensidecar.app;

import dev.tokensidecar.ingress.HttpListener;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** The listener of the framework, which dev mode and tests have, speaks what the others speak. */
@Singleton
final class Connections implements HttpServerOptionsCustomizer {

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        var unused = HttpListener.plain(options);
    }
}

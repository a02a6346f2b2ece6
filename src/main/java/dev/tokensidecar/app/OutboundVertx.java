package dev.tokensidecar.app;

import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/**
 * Vert.x for requests to authorization servers, with an event loop of its own: to make such a request and to read the
 * answer is code that runs every few minutes, slow because it is rare, and callers with a fresh token must not feel it.
 */
@Singleton
final class OutboundVertx {

    private final Vertx vertx;

    OutboundVertx(EventLoops loops) {
        this.vertx = loops.one();
    }

    Vertx vertx() {
        return vertx;
    }

    @PreDestroy
    void close() {
        vertx.closeAndAwait();
    }
}

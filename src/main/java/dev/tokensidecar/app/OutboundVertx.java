package dev.tokensidecar.app;

import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;

/**
 * The Vert.x for requests to authorization servers, with an event loop of its own. This code runs every few minutes, so it
 * is cold and slow, and callers with a fresh token must not wait for it.
 */
@Singleton
final class OutboundVertx {

    private final Vertx vertx;

    OutboundVertx(EventLoops loops) {
        this.vertx = loops.create();
    }

    Vertx vertx() {
        return vertx;
    }

    @PreDestroy
    void close() {
        vertx.closeAndAwait();
    }
}

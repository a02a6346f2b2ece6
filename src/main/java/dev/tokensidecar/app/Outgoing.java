package dev.tokensidecar.app;

import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x for requests to authorization servers, with an event loop of its own: to make such a request and to read the
 * answer is code that runs every few minutes, slow because it is rare, and callers with a fresh token must not feel it.
 */
@Singleton
final class Outgoing {

    private static final long SELDOM_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Vertx vertx;

    /** @param customizers whoever adapts the other Vert.x adapts this one */
    Outgoing(@Any Instance<VertxOptionsCustomizer> customizers) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckInterval(SELDOM_MILLIS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        customizers.forEach(customizer -> customizer.accept(options));
        this.vertx = Vertx.vertx(options);
    }

    Vertx vertx() {
        return vertx;
    }

    @PreDestroy
    void close() {
        vertx.closeAndAwait();
    }
}

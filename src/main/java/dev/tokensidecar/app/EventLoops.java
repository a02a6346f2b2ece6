package dev.tokensidecar.app;

import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Creates event loops apart from that of the callers, for work that must not delay callers with a fresh token. */
@Singleton
final class EventLoops {

    private static final long BLOCKED_CHECK_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Instance<VertxOptionsCustomizer> customizers;

    /** @param customizers the customizers of the callers' Vert.x, which apply to these event loops too */
    EventLoops(@Any Instance<VertxOptionsCustomizer> customizers) {
        this.customizers = customizers;
    }

    /** Creates a Vert.x with one event loop and the smallest possible worker pools. The caller closes it. */
    Vertx create() {
        return create(customizers);
    }

    /** The same for a process without beans. */
    static Vertx create(Iterable<VertxOptionsCustomizer> customizers) {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckInterval(BLOCKED_CHECK_MILLIS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        customizers.forEach(customizer -> customizer.accept(options));
        return Vertx.vertx(options);
    }
}

package dev.tokensidecar.app;

import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/** Makes event loops beside the one of the callers, for work that callers with a fresh token must not feel. */
@Singleton
final class EventLoops {

    private static final long SELDOM_MILLIS = TimeUnit.HOURS.toMillis(1);

    private final Instance<VertxOptionsCustomizer> customizers;

    /** @param customizers whoever adapts the Vert.x of the callers adapts the others */
    EventLoops(@Any Instance<VertxOptionsCustomizer> customizers) {
        this.customizers = customizers;
    }

    /** One of them, with as few threads as there can be. Whoever takes it closes it. */
    Vertx one() {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setBlockedThreadCheckInterval(SELDOM_MILLIS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        customizers.forEach(customizer -> customizer.accept(options));
        return Vertx.vertx(options);
    }
}

package dev.tokensidecar.demo;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for asynchronous operations of Vert.x. */
final class Blocking {

    private static final long TIMEOUT_SECONDS = 30;

    private Blocking() {}

    static void join(Future<?> future, String what) {
        if (Context.isOnEventLoopThread()) {
            throw new IllegalStateException("must not be called on an event loop");
        }
        try {
            future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the demo authorization server could not " + what, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}

package dev.tokensidecar.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Executor;

/** Where a caller's answer is to be delivered: on the event loop, and in the context, of its request. */
final class CallerContext {

    private CallerContext() {}

    static Executor current() {
        Context context = Vertx.currentContext();
        return context == null ? Runnable::run : task -> context.runOnContext(ignored -> task.run());
    }
}

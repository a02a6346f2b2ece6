package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Limits how long an exchange may be idle, and how long the caller's body may take. */
final class ExchangeTimeouts {

    private final IdleTimeout idleTimeout;
    private final @Nullable BodyDeadline bodyDeadline;
    private final RequestBody body;
    private final BooleanSupplier isAwaitingToken;
    private final Handler<ProblemResponse> onTimeout;

    /**
     * Starts the timers.
     *
     * @param stream whether the body may be a stream, whose messages come when there are any
     * @param isAwaitingToken whether the exchange waits for a token, which has a limit of its own
     * @param onTimeout receives the problem to respond with
     */
    ExchangeTimeouts(
            Vertx vertx,
            Route.RouteLimits limits,
            RequestBody body,
            boolean stream,
            BooleanSupplier isAwaitingToken,
            Handler<ProblemResponse> onTimeout) {
        this.body = body;
        this.isAwaitingToken = isAwaitingToken;
        this.onTimeout = onTimeout;
        this.idleTimeout = new IdleTimeout(vertx, limits.idleTimeout(), this::onIdle);
        this.bodyDeadline = body.isEnded() || stream
                ? null
                : new BodyDeadline(vertx, limits.bodyTimeout(), body, this::onCallerTimeout);
    }

    /** Restarts the idle timeout: bytes have moved. */
    void onProgress() {
        idleTimeout.onActivity();
    }

    void cancel() {
        idleTimeout.cancel();
        if (bodyDeadline != null) {
            bodyDeadline.cancel();
        }
    }

    private void onIdle() {
        if (isAwaitingToken.getAsBoolean()) {
            return;
        }
        if (body.isAwaited()) {
            onCallerTimeout();
        } else {
            onTimeout.handle(ProblemResponse.of(
                    ProblemKind.TARGET_TIMEOUT, "the API did not respond in time; see idle-timeout"));
        }
    }

    private void onCallerTimeout() {
        onTimeout.handle(ProblemResponse.of(
                ProblemKind.REQUEST_TIMEOUT,
                "the rest of the request did not arrive in time; see body-timeout and idle-timeout"));
    }
}

package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** How long an exchange may take: between two bytes, and for the caller's body. */
final class ExchangeTimeouts {

    private final IdleTimeout silence;
    private final @Nullable BodyDeadline deadline;
    private final RequestBody body;
    private final BooleanSupplier awaitingToken;
    private final Handler<ProblemResponse> exhausted;

    /**
     * Begins to wait.
     *
     * @param awaitingToken whether it is a token that is waited for, for which there is a limit already
     * @param exhausted is told why it is over
     */
    ExchangeTimeouts(
            Vertx vertx,
            Route.RouteLimits limits,
            RequestBody body,
            BooleanSupplier awaitingToken,
            Handler<ProblemResponse> exhausted) {
        this.body = body;
        this.awaitingToken = awaitingToken;
        this.exhausted = exhausted;
        this.silence = new IdleTimeout(vertx, limits.silence(), this::silent);
        this.deadline = body.isEnded() ? null : new BodyDeadline(vertx, limits.body(), body, this::callerIsLate);
    }

    /** Something has moved. */
    void isRewarded() {
        silence.isBroken();
    }

    void end() {
        silence.end();
        if (deadline != null) {
            deadline.end();
        }
    }

    private void silent() {
        if (awaitingToken.getAsBoolean()) {
            return;
        }
        if (body.isAwaited()) {
            callerIsLate();
        } else {
            exhausted.handle(
                    ProblemResponse.of(ProblemKind.TARGET_TIMEOUT, "the API has not answered in time; see idle-timeout"));
        }
    }

    private void callerIsLate() {
        exhausted.handle(ProblemResponse.of(
                ProblemKind.REQUEST_TIMEOUT,
                "the rest of the request has not come in time; see body-timeout and idle-timeout"));
    }
}

package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import java.util.concurrent.TimeUnit;

/**
 * Finds out whether a response rejects the token, and whether the request can be repeated then. The status of a gRPC call
 * may follow the head of its response, so that needs some patience.
 */
final class RejectionReader {

    /**
     * How long a response waits for the first message, and a request for its end. The parts of a unary call follow each
     * other at once; a stream must not wait.
     */
    private static final long CALL_MILLIS = 100;

    private final Vertx vertx;
    private final RejectionRule rule;
    private final RequestBody body;
    private final BufferBudget.Share budget;
    private final Runnable onProgress;

    /** @param body the body of the request */
    RejectionReader(Vertx vertx, RejectionRule rule, RequestBody body, BufferBudget.Share budget, Runnable onProgress) {
        this.vertx = vertx;
        this.rule = rule;
        this.body = body;
        this.budget = budget;
        this.onProgress = onProgress;
    }

    /** Whether the response may reject the token in time. A call that is still open on both sides is a stream. */
    boolean isPossible(HttpClientResponse upstream) {
        boolean stream =
                RejectionRule.endsCall(upstream) && !GrpcCall.hasEnded(upstream.headers()) && !body.isRepeatable();
        return !stream && rule.mayRejectToken(upstream);
    }

    /** Reads as much of the response as the decision needs. */
    Future<BodyPrefix> readResponse(UpstreamResponse response) {
        return RejectionRule.endsCall(response.upstream())
                ? BodyPrefix.readStart(response, budget, onProgress, vertx, CALL_MILLIS)
                : BodyPrefix.read(response, budget, onProgress);
    }

    /** Reads the rest of the request. Returns whether it can be repeated. */
    Future<Boolean> readRequest(UpstreamResponse response) {
        Future<Boolean> read = body.readToEnd();
        if (!RejectionRule.endsCall(response.upstream())) {
            return read;
        }
        return Future.any(read, vertx.timer(CALL_MILLIS, TimeUnit.MILLISECONDS))
                .map(first -> Boolean.TRUE.equals(read.result()));
    }

    /** Whether the end of the response has rejected the token, when the request could no longer be repeated. */
    boolean isLate(HttpClientResponse upstream) {
        return RejectionRule.endsCall(upstream) && GrpcCall.isUnauthenticated(upstream.trailers());
    }
}

package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** The response to the caller, where the sidecar sends a problem in place of the API's response. */
final class CallerResponse {

    private final RoutingContext context;
    private final ProblemResponder problems;

    CallerResponse(RoutingContext context, ProblemResponder problems) {
        this.context = context;
        this.problems = problems;
    }

    /** Whether the response has started, so that no other one can replace it. */
    boolean hasStarted() {
        return context.response().headWritten();
    }

    void reject(ProblemResponse problem) {
        if (GrpcCall.isOne(context.request().headers())) {
            GrpcCall.end(context.response(), problem);
        } else {
            problems.send(context, problem);
        }
    }

    /** Rejects a request without waiting for the rest of it. */
    void rejectAndClose(ProblemResponse problem) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused = context.addEndHandler(sent -> close());
        reject(problem);
    }

    /** Closes the connection once the caller has read everything. If the response has no length, this is its end. */
    void close() {
        var unused = context.request().connection().close();
    }

    /** Closes the connection now, which tells the caller that the response is incomplete. */
    void abort() {
        ConnectionTable.abort(context.request().connection());
    }
}

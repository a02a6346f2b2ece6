package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.ingress.ProblemResponder;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** The caller's end of an exchange, for what it is told in place of the API's answer. */
final class CallerResponse {

    private final RoutingContext context;
    private final ProblemResponder refusals;

    CallerResponse(RoutingContext context, ProblemResponder refusals) {
        this.context = context;
        this.refusals = refusals;
    }

    /** Whether an answer was begun, which cannot be taken back. */
    boolean isAnswered() {
        return context.response().headWritten();
    }

    void refuse(ProblemResponse refusal) {
        refusals.send(context, refusal);
    }

    /** For a request whose rest is not waited for. */
    void refuseAndClose(ProblemResponse refusal) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused = context.addEndHandler(sent -> close());
        refuse(refusal);
    }

    /** Tells the caller, if nothing else does, that what it has got is not all. */
    void close() {
        var unused = context.request().connection().close();
    }
}

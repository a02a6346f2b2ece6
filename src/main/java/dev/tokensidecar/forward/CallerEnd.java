package dev.tokensidecar.forward;

import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** The caller's end of an exchange, for what it is told in place of the API's answer. */
final class CallerEnd {

    private final RoutingContext context;
    private final Refusals refusals;

    CallerEnd(RoutingContext context, Refusals refusals) {
        this.context = context;
        this.refusals = refusals;
    }

    /** Whether an answer was begun, which cannot be taken back. */
    boolean isAnswered() {
        return context.response().headWritten();
    }

    void refuse(Refusal refusal) {
        refusals.send(context, refusal);
    }

    /** For a request whose rest is not waited for. */
    void refuseAndClose(Refusal refusal) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused = context.addEndHandler(sent -> close());
        refuse(refusal);
    }

    /** Tells the caller, if nothing else does, that what it has got is not all. */
    void close() {
        var unused = context.request().connection().close();
    }
}

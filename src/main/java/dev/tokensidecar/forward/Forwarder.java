package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.CallerListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Forwards requests to one API, within a limit of requests in flight. Used on one event loop. */
public final class Forwarder {

    private final Route route;
    private final TargetConnections connections;
    private final RequestSlots slots;
    private final RequestSlots sharedSlots;
    private final BufferBudget budget;
    private final ProblemResponder problems;
    private @Nullable Promise<Void> idle;

    /**
     * Creates a forwarder for one route.
     *
     * @param slots limits the requests to this API
     * @param sharedSlots limits the requests of all forwarders together
     * @param budget limits the buffers of all forwarders together
     */
    public Forwarder(
            Route route,
            TargetConnections connections,
            RequestSlots slots,
            RequestSlots sharedSlots,
            BufferBudget budget,
            ObjectMapper json) {
        this.route = route;
        this.connections = connections;
        this.slots = slots;
        this.sharedSlots = sharedSlots;
        this.budget = budget;
        this.problems = new ProblemResponder(json);
    }

    /** @param rest the path below the target, and the query */
    void forward(RoutingContext context, String rest) {
        ProblemResponse violation = RequestHead.violation(context.request(), rest);
        if (violation != null) {
            if (violation.kind() == ProblemKind.METHOD_NOT_ALLOWED) {
                var unused = context.response().putHeader(HttpHeaders.ALLOW, RequestHead.USUAL_METHODS);
            }
            reject(context, violation);
            return;
        }
        route.listener().begun();
        RequestSlot slot =
                new RequestSlot(CallerContext.of(context, CallerListener.NONE).connection());
        ForwardExchange exchange = new ForwardExchange(
                route, connections, problems, budget, context, rest, outcome -> onEnd(slot, outcome));
        slot.occupy(exchange);
        slots.occupy(slot, () -> sharedSlots.occupy(slot, exchange::begin));
        exchange.awaitSlot();
    }

    /** Completes when no request is in flight. */
    public Future<Void> idle() {
        if (slots.isEmpty()) {
            return Future.succeededFuture();
        }
        if (idle == null) {
            idle = Promise.promise();
        }
        return idle.future();
    }

    private void onEnd(RequestSlot slot, Outcome outcome) {
        slots.free(slot);
        sharedSlots.free(slot);
        route.listener().ended(outcome);
        if (slots.isEmpty() && idle != null) {
            idle.tryComplete();
        }
    }

    private void reject(RoutingContext context, ProblemResponse problem) {
        route.listener().begun();
        new CallerResponse(context, problems).reject(problem);
        route.listener().ended(Outcome.REFUSED);
    }
}

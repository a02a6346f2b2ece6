package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Passes requests on to one API, as many at a time as are allowed. Used on one event loop. */
public final class Forwarder {

    private final Forward forward;
    private final ConnectionPool pool;
    private final BufferBudget budget;
    private final Refusals refusals;
    private int active;
    private @Nullable Promise<Void> idle;

    /**
     * Makes one.
     *
     * @param pool connections to this API
     * @param budget shared with the others
     */
    public Forwarder(Forward forward, ConnectionPool pool, BufferBudget budget, ObjectMapper json) {
        this.forward = forward;
        this.pool = pool;
        this.budget = budget;
        this.refusals = new Refusals(json);
    }

    /** @param rest path and query below the target */
    void pass(RoutingContext context, String rest) {
        Refusal objection = RequestHead.objection(context.request(), rest);
        if (objection != null) {
            if (objection.kind() == ProblemKind.METHOD_NOT_ALLOWED) {
                var unused = context.response().putHeader(HttpHeaders.ALLOW, RequestHead.USUAL_METHODS);
            }
            refuse(context, objection);
        } else if (active >= forward.limits().requests()) {
            refuse(context, busy());
        } else {
            active++;
            forward.listener().begun();
            new Exchange(forward, pool, refusals, budget, context, rest, this::over).begin();
        }
    }

    /** Completes when nothing is on its way any more. */
    public Future<Void> idle() {
        if (active == 0) {
            return Future.succeededFuture();
        }
        if (idle == null) {
            idle = Promise.promise();
        }
        return idle.future();
    }

    private Refusal busy() {
        return Refusal.of(
                ProblemKind.TOO_MANY_REQUESTS,
                "%d requests are on their way to the API already"
                        .formatted(forward.limits().requests()));
    }

    private void over(Outcome outcome) {
        active--;
        forward.listener().ended(outcome);
        if (active == 0 && idle != null) {
            idle.tryComplete();
        }
    }

    private void refuse(RoutingContext context, Refusal refusal) {
        forward.listener().begun();
        refusals.send(context, refusal);
        forward.listener().ended(Outcome.REFUSED);
    }
}

package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import dev.tokensidecar.token.CallerListener;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Passes requests on to one API, as many at a time as are allowed. Used on one event loop. */
public final class Forwarder {

    private final Forward forward;
    private final ConnectionPool pool;
    private final Places places;
    private final Places placesOfAll;
    private final BufferBudget budget;
    private final Refusals refusals;
    private @Nullable Promise<Void> idle;

    /**
     * Makes one.
     *
     * @param pool connections to this API
     * @param places for requests to this API
     * @param placesOfAll shared with the others
     * @param budget shared with the others
     */
    public Forwarder(
            Forward forward,
            ConnectionPool pool,
            Places places,
            Places placesOfAll,
            BufferBudget budget,
            ObjectMapper json) {
        this.forward = forward;
        this.pool = pool;
        this.places = places;
        this.placesOfAll = placesOfAll;
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
            return;
        }
        forward.listener().begun();
        Place place = new Place(CallerContext.of(context, CallerListener.NONE).connection());
        Exchange exchange =
                new Exchange(forward, pool, refusals, budget, context, rest, outcome -> over(place, outcome));
        place.isTakenBy(exchange);
        places.take(place, () -> placesOfAll.take(place, exchange::begin));
        exchange.park();
    }

    /** Completes when nothing is on its way any more. */
    public Future<Void> idle() {
        if (places.isEmpty()) {
            return Future.succeededFuture();
        }
        if (idle == null) {
            idle = Promise.promise();
        }
        return idle.future();
    }

    private void over(Place place, Outcome outcome) {
        places.leave(place);
        placesOfAll.leave(place);
        forward.listener().ended(outcome);
        if (places.isEmpty() && idle != null) {
            idle.tryComplete();
        }
    }

    private void refuse(RoutingContext context, Refusal refusal) {
        forward.listener().begun();
        refusals.send(context, refusal);
        forward.listener().ended(Outcome.REFUSED);
    }
}

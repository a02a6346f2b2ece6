package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClient;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Passes requests on to one API, as many at a time as are allowed. Used on one event loop. */
public final class Forwarder {

    private final Forward forward;
    private final HttpClient client;
    private final KeptBytes kept;
    private final Refusals refusals;
    private int active;
    private @Nullable Promise<Void> idle;

    /**
     * Makes one.
     *
     * @param client for this API: whom it trusts, how long it tries to connect; must not follow redirects
     * @param kept shared with the others
     */
    public Forwarder(Forward forward, HttpClient client, KeptBytes kept, ObjectMapper json) {
        this.forward = forward;
        this.client = client;
        this.kept = kept;
        this.refusals = new Refusals(json);
    }

    /** @param rest path and query below the target */
    void pass(RoutingContext context, String rest) {
        String objection = RequestTarget.objection(rest);
        if (objection != null) {
            refuse(context, Refusal.of(ProblemKind.INVALID_REQUEST, objection));
        } else if (active >= forward.limits().requests()) {
            refuse(context, busy());
        } else {
            active++;
            forward.listener().begun();
            new Exchange(forward, client, refusals, kept, context, rest, this::over).begin();
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

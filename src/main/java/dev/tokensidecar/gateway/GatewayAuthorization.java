package dev.tokensidecar.gateway;

import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenService;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/**
 * Responds to the subrequests of gateways: with 200 and the field {@code Authorization}, whatever the method and the path are.
 * The gateway copies that field into the request that it forwards.
 *
 * <p>Without a token the response has no body and does not say what is wrong, because a gateway may show it to a stranger.
 */
public final class GatewayAuthorization implements Handler<RoutingContext> {

    private static final int UNAVAILABLE = 503;

    private final String name;
    private final TokenService tokens;
    private final Duration maxWait;
    private final AuditTrail audit;

    /**
     * Creates the handler of all subrequests.
     *
     * @param name the configured name of the token
     * @param maxWait how long a subrequest waits for a token
     */
    public GatewayAuthorization(String name, TokenService tokens, Duration maxWait, AuditTrail audit) {
        this.name = name;
        this.tokens = tokens;
        this.maxWait = maxWait;
        this.audit = audit;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        AccessToken fresh = tokens.fresh(CallerListener.NONE);
        if (fresh != null) {
            grant(context, fresh);
            return;
        }
        Cancellable wait = tokens.token(TokenRequest.any(maxWait), CallerContext.of(context, CallerListener.NONE))
                .subscribe()
                .with(token -> grant(context, token), failure -> deny(context, failure));
        // a failure during the back-off has already been sent, and Vert.x takes no handler after that
        if (!response.ended()) {
            var unused = response.closeHandler(gone -> wait.cancel());
        }
    }

    private void grant(RoutingContext context, AccessToken token) {
        audit.handedOut(context.request().connection(), name, token.generation());
        var unused = context.response()
                .putHeader(
                        HttpHeaders.AUTHORIZATION, "Bearer " + token.value().reveal())
                .end();
    }

    private void deny(RoutingContext context, Throwable failure) {
        HttpServerResponse response = context.response();
        ProblemResponse problem = ProblemResponse.of(failure);
        audit.refused(context.request().connection(), name, problem.kind().error());
        String retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        var unused = response.setStatusCode(UNAVAILABLE).end();
    }
}

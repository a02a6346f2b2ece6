package dev.tokensidecar.gateway;

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

    private final TokenService tokens;
    private final Duration maxWait;

    /** @param maxWait how long a subrequest waits for a token */
    public GatewayAuthorization(TokenService tokens, Duration maxWait) {
        this.tokens = tokens;
        this.maxWait = maxWait;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerResponse response = context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        AccessToken fresh = tokens.fresh(CallerListener.NONE);
        if (fresh != null) {
            grant(response, fresh);
            return;
        }
        Cancellable wait = tokens.token(TokenRequest.any(maxWait), CallerContext.of(context, CallerListener.NONE))
                .subscribe()
                .with(token -> grant(response, token), failure -> deny(response, failure));
        // a failure during the back-off has already been sent, and Vert.x takes no handler after that
        if (!response.ended()) {
            var unused = response.closeHandler(gone -> wait.cancel());
        }
    }

    private static void grant(HttpServerResponse response, AccessToken token) {
        var unused = response.putHeader(
                        HttpHeaders.AUTHORIZATION, "Bearer " + token.value().reveal())
                .end();
    }

    private static void deny(HttpServerResponse response, Throwable failure) {
        String retryAfter = ProblemResponse.of(failure).retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        var unused = response.setStatusCode(UNAVAILABLE).end();
    }
}

package dev.tokensidecar.gateway;

import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.ingress.RejectedCallers;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenService;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.Optional;

/**
 * Responds to the subrequests of gateways: with 200 and the field {@code Authorization}, whatever the method and the target are.
 * The gateway copies that field into the request that it forwards. Has no router, which would judge the target.
 *
 * <p>Without a token the response has no body and does not say what is wrong, because a gateway may show it to a stranger.
 */
public final class GatewayAuthorization implements Handler<HttpServerRequest> {

    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final CallerCredentials credentials;
    private final ProblemResponder problems;
    private final RejectedCallers rejected = new RejectedCallers();
    private final GatewayToken source;
    private final AuditTrail audit;

    /**
     * Where the token comes from.
     *
     * @param token the configured name
     * @param tokens has the tokens of this name
     * @param maxWait how long a subrequest waits for a token
     */
    public record GatewayToken(String token, TokenService tokens, Duration maxWait) {}

    /**
     * @param credentials the secret that gateways present
     */
    public GatewayAuthorization(
            Vertx vertx,
            CallerCredentials credentials,
            ProblemResponder problems,
            GatewayToken source,
            AuditTrail audit) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.problems = problems;
        this.source = source;
        this.audit = audit;
    }

    /** Reads the secret's file on a worker thread. */
    @Override
    public void handle(HttpServerRequest request) {
        vertx.executeBlocking(() -> Optional.ofNullable(credentials.secretRejection(request)), false)
                .onSuccess(
                        rejection -> rejection.ifPresentOrElse(why -> reject(request, why), () -> authorize(request)))
                .onFailure(failure -> deny(request, failure));
    }

    private void reject(HttpServerRequest request, String reason) {
        rejected.log(vertx, request, reason);
        audit.refused(request.connection(), null, "caller_secret");
        problems.send(request.response(), ProblemResponse.of(ProblemKind.FORBIDDEN, reason));
    }

    private void authorize(HttpServerRequest request) {
        HttpServerResponse response = request.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        AccessToken fresh = source.tokens().fresh(CallerListener.NONE);
        if (fresh != null) {
            grant(request, fresh);
            return;
        }
        Cancellable wait = source.tokens()
                .token(TokenRequest.any(source.maxWait()), CallerContext.of(request, CallerListener.NONE))
                .subscribe()
                .with(token -> grant(request, token), failure -> deny(request, failure));
        // a failure during the back-off has already been sent, and Vert.x takes no handler after that
        if (!response.ended()) {
            var unused = response.closeHandler(gone -> wait.cancel());
        }
    }

    private void grant(HttpServerRequest request, AccessToken token) {
        audit.handedOut(request.connection(), source.token(), token.generation());
        var unused = request.response()
                .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token.value().reveal())
                .end();
    }

    private void deny(HttpServerRequest request, Throwable failure) {
        HttpServerResponse response = request.response();
        ProblemResponse problem = ProblemResponse.of(failure);
        audit.refused(request.connection(), source.token(), problem.kind().error());
        String retryAfter = problem.retryAfterSeconds();
        if (retryAfter != null) {
            response.putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
        }
        var unused = response.setStatusCode(UNAVAILABLE).end();
    }
}

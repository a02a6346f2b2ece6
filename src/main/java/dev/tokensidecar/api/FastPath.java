package dev.tokensidecar.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.AuditTrail;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.Entrance;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenRequest;
import dev.tokensidecar.token.TokenServices;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;

/**
 * Serves the common forms of {@code GET /token} and {@code GET /tokens/{name}} without the machinery of JAX-RS: a
 * cached token costs a fraction of the time, and each of thousands of waiters half of the memory. Leaves the rest, such
 * as content negotiation, further fields and unknown tokens, to {@link TokenResource}, which sends the same responses.
 */
@Singleton
public final class FastPath implements Handler<RoutingContext> {

    private static final CharSequence PREFER = HttpHeaders.createOptimized("prefer");

    private final Map<String, ConfiguredToken> byPath = new HashMap<>();
    private final CallerContext callers;
    private final CallerCredentials credentials;
    private final ProblemResponder problems;
    private final AuditTrail audit;

    FastPath(
            ConfiguredTokens tokens,
            CallerContext callers,
            CallerCredentials credentials,
            ObjectMapper json,
            AuditTrail audit) {
        tokens.byName().forEach((name, token) -> {
            byPath.put("/tokens/" + name, token);
            if (name.equals(TokenServices.DEFAULT)) {
                byPath.put("/token", token);
            }
        });
        this.callers = callers;
        this.credentials = credentials;
        this.problems = new ProblemResponder(json);
        this.audit = audit;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        ConfiguredToken token = request.method().equals(HttpMethod.GET) ? byPath.get(request.path()) : null;
        TokenMediaType mediaType = TokenMediaType.acceptedBy(request.getHeader(HttpHeaders.ACCEPT));
        if (token == null
                || mediaType == null
                || hasBody(request)
                || wantsField(request)
                || !Entrance.of(request.connection()).admits(token.name())) {
            context.next();
            return;
        }
        resume(request);
        CallerListener listener = callers.listener(context);
        TokenResponseBody response = hasParameters(request) ? null : token.freshResponse(mediaType, listener);
        if (response == null) {
            serveFromService(context, token, mediaType, listener);
        } else {
            send(context, token, response);
            if (listener.equals(CallerListener.NONE) && !credentials.needsSecret()) {
                RepeatedRequests.learn(request, token, response, audit);
            }
        }
    }

    /** Asks the token service, which may have the caller wait for a refresh. */
    private void serveFromService(
            RoutingContext context, ConfiguredToken token, TokenMediaType mediaType, CallerListener listener) {
        TokenRequest tokenRequest;
        try {
            tokenRequest = tokenRequest(context.request(), token.parameters());
        } catch (InvalidRequest e) {
            reject(context, token, e);
            return;
        }
        Cancellable wait = token.token(tokenRequest, CallerContext.of(context, listener))
                .subscribe()
                .with(
                        accessToken -> send(context, token, token.response(accessToken, mediaType)),
                        failure -> reject(context, token, failure));
        if (!context.response().ended()) {
            context.addEndHandler(end -> wait.cancel());
        }
    }

    private static TokenRequest tokenRequest(HttpServerRequest request, RequestParameters parameters) {
        return parameters.tokenRequest(
                request.getParam("min_ttl"), request.getParam("rejected"), request.getHeader(PREFER));
    }

    private static boolean hasParameters(HttpServerRequest request) {
        return request.query() != null || request.headers().contains(PREFER);
    }

    private static boolean wantsField(HttpServerRequest request) {
        return request.query() != null && request.params().contains("field");
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Resumes the request, so that its end arrives. It has no body, and no later handler reads it. */
    private static void resume(HttpServerRequest request) {
        var unused = request.resume();
    }

    /** Tells the audit trail first: a caller that has its response may end, and then nobody knows who it was. */
    private void send(RoutingContext context, ConfiguredToken token, TokenResponseBody response) {
        audit.handedOut(context.request().connection(), token.name(), response.generation());
        var unused = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, response.mediaType().contentType)
                .end(response.body());
    }

    private void reject(RoutingContext context, ConfiguredToken token, Throwable failure) {
        audit.refused(context.request().connection(), token.name(), ErrorResponses.code(failure));
        problems.send(context, ErrorResponses.classify(failure));
    }
}

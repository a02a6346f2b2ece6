package dev.tokensidecar.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.CallerContext;
import dev.tokensidecar.ingress.CallerCredentials;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TimeSource;
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
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code GET /token} and {@code GET /tokens/{name}} as most callers ask, without the machinery of a resource: a
 * cached token costs a fraction of the time, one of thousands who wait half of the memory. Everything that is out of the
 * ordinary, content negotiation and bad parameters included, is left to {@link TokenResource}, whose answers are the same.
 */
@Singleton
public final class FastPath implements Handler<RoutingContext> {

    private static final CharSequence PREFER = HttpHeaders.createOptimized("prefer");

    private final Map<String, ConfiguredToken> doors = new HashMap<>();
    private final CallerContext callers;
    private final CallerCredentials proof;
    private final ProblemResponder refusals;

    FastPath(
            TokenServices services,
            Map<String, RequestParameters> parameters,
            CallerContext callers,
            CallerCredentials proof,
            ObjectMapper json,
            TimeSource time) {
        services.byName().forEach((name, service) -> {
            RequestParameters reader = parameters.get(name);
            if (reader != null) {
                doors.put("/tokens/" + name, ConfiguredToken.of(service, reader, json, time));
            }
        });
        ConfiguredToken first = doors.get("/tokens/" + TokenServices.DEFAULT);
        if (first != null) {
            doors.put("/token", first);
        }
        this.callers = callers;
        this.proof = proof;
        this.refusals = new ProblemResponder(json);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        ConfiguredToken door = request.method().equals(HttpMethod.GET) ? doors.get(request.path()) : null;
        TokenMediaType form = TokenMediaType.wantedBy(request.getHeader(HttpHeaders.ACCEPT));
        if (door == null || form == null || hasBody(request)) {
            context.next();
            return;
        }
        CallerListener listener = callers.listener(context);
        TokenResponseBody body = isPlain(request) ? door.fresh(form, listener) : null;
        if (body == null) {
            decide(context, door, form, listener);
        } else {
            take(request);
            send(context, body);
            if (listener.equals(CallerListener.NONE) && !proof.needsSecret()) {
                RepeatedRequests.learn(request, door, body);
            }
        }
    }

    private void decide(RoutingContext context, ConfiguredToken door, TokenMediaType form, CallerListener listener) {
        TokenRequest question = question(context.request(), door.parameters());
        if (question == null) {
            context.next();
            return;
        }
        take(context.request());
        Cancellable wait = door.service()
                .token(question, CallerContext.of(context, listener))
                .subscribe()
                .with(token -> send(context, door.latest(form).of(token)), failure -> refuse(context, failure));
        if (!context.response().ended()) {
            context.addEndHandler(end -> wait.cancel());
        }
    }

    /** Null for one that cannot be understood. */
    private static @Nullable TokenRequest question(HttpServerRequest request, RequestParameters parameters) {
        try {
            return parameters.request(
                    request.getParam("min_ttl"), request.getParam("rejected"), request.getHeader(PREFER));
        } catch (InvalidRequest e) {
            return null;
        }
    }

    private static boolean isPlain(HttpServerRequest request) {
        return request.query() == null && !request.headers().contains(PREFER);
    }

    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /** Nobody reads further: what is left of the request, which has no body, may pass. */
    private static void take(HttpServerRequest request) {
        var unused = request.resume();
    }

    private static void send(RoutingContext context, TokenResponseBody body) {
        var unused = context.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, body.form().contentType)
                .end(body.body());
    }

    private void refuse(RoutingContext context, Throwable failure) {
        refusals.send(context, ProblemResponse.of(failure));
    }
}

package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ProxyFailure;
import dev.tokensidecar.forward.ForwardListener.Outcome;
import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.TokenException;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Forwards one request of the application: sends it to the API with a token, and once more with a newer token if the
 * API rejects the first. Runs on one event loop.
 */
final class ForwardExchange {

    /** The size of a head that does not count against the shared budget. */
    private static final int FREE_HEAD_BYTES = 8 * 1024;

    private final Route route;
    private final CallerResponse caller;
    private final HttpServerRequest request;
    private final BufferBudget.Share budget;
    private final RequestBody body;
    private final TokenWait tokens;
    private final ExchangeTimeouts timeouts;
    private final UpstreamAttempts attempts;
    private final RejectionReader rejection;
    private final Handler<Outcome> onEnd;
    private @Nullable Tunnel tunnel;
    private boolean begun;
    private boolean ended;

    /** @param rest the path below the target, and the query */
    ForwardExchange(
            Route route,
            TargetConnections connections,
            ProblemResponder problems,
            BufferBudget budget,
            RoutingContext context,
            String rest,
            Handler<Outcome> onEnd) {
        this.route = route;
        this.caller = new CallerResponse(context, problems);
        this.request = context.request();
        this.budget = budget.share(this::onOutOfMemory);
        this.body = new RequestBody(request, route.limits().repeatableBodyBytes(), this.budget, this::onProgress);
        this.tokens = new TokenWait(route.tokens().of(request), context, this::onProgress);
        this.timeouts = new ExchangeTimeouts(
                context.vertx(),
                route.limits(),
                body,
                GrpcCall.isOne(request.headers()),
                tokens::isAwaiting,
                this::onTimeout);
        this.attempts = new UpstreamAttempts(
                context.vertx(),
                route,
                connections,
                request,
                rest,
                body,
                this::onResponse,
                problem -> reject(problem, Outcome.UNAVAILABLE));
        this.rejection = new RejectionReader(context.vertx(), route.rejection(), body, this.budget, this::onProgress);
        this.onEnd = onEnd;
        var unused = context.addEndHandler(response -> {
            if (response.failed()) {
                endEarly(Outcome.CANCELLED);
            }
        });
    }

    private void onProgress() {
        timeouts.onProgress();
    }

    void begin() {
        begun = true;
        if (!reserveHead(request.headers())) {
            onOutOfMemory();
            return;
        }
        if (route.callerAuthorization() && request.headers().contains(HttpHeaders.AUTHORIZATION)) {
            attempts.send(null);
            return;
        }
        tokens.begin(attempts::send, this::rejectWithoutToken);
    }

    /**
     * Reads a short body while the request waits for a slot. Only a read reveals that the caller has gone, and the API must
     * not get a request whose caller has given up.
     */
    void awaitSlot() {
        if (!begun && !ended && body.isShort()) {
            body.readToEnd().onSuccess(repeatable -> {
                if (!repeatable && !begun) {
                    onOutOfMemory();
                }
            });
        }
    }

    private boolean reserveHead(MultiMap headers) {
        return budget.reserve(Math.max(0, FieldSyntax.memoryBytes(headers) - FREE_HEAD_BYTES));
    }

    private void onResponse(HttpClientResponse upstream, @Nullable AccessToken token) {
        onProgress();
        // a response that is not relayed ends with a reset, which Vert.x would log
        var unused = upstream.exceptionHandler(failure -> {});
        if (upstream.statusCode() == ProxyFailure.AUTHENTICATION_REQUIRED && attempts.isAnsweredByProxy()) {
            reject(UpstreamFailure.proxyCredentials(route.target()), Outcome.UNAVAILABLE);
            return;
        }
        if (!FieldSyntax.isWellFormed(upstream.headers()) || !FieldSyntax.isText(upstream.statusMessage())) {
            reject(UpstreamFailure.malformedHead(route.target()), Outcome.UNAVAILABLE);
            return;
        }
        if (!reserveHead(upstream.headers())) {
            onOutOfMemory();
            return;
        }
        String nonce = route.credentials().takeNonce(upstream, token);
        UpstreamResponse response = new UpstreamResponse(upstream, attempts.isShared(), budget, this::onOutOfMemory);
        if (ProtocolSwitch.isMade(upstream)) {
            openTunnel(response);
        } else if (token == null || !rejection.isPossible(upstream)) {
            relay(response, BodyPrefix.EMPTY, outcomeOfAttempt(), token);
        } else {
            rejection
                    .readResponse(response)
                    .onComplete(
                            prefix -> examine(response, prefix, token, attempts.mayRepeatWithNonce() ? nonce : null),
                            failure -> attempts.retryOrFail(failure, token));
        }
    }

    private void openTunnel(UpstreamResponse response) {
        if (!ProtocolSwitch.isOneThatWasOffered(response.upstream())) {
            reject(UpstreamFailure.otherProtocol(route.target()), Outcome.UNAVAILABLE);
            return;
        }
        if (ConnectionTable.hasReadFurther(request.connection())) {
            caller.rejectAndClose(ProblemResponse.of(
                    ProblemKind.INVALID_REQUEST,
                    "wait for the response to the opening handshake before you send anything else"));
            endEarly(Outcome.REFUSED);
            return;
        }
        Outcome outcome = outcomeOfAttempt();
        tunnel = new Tunnel(request, response, CallerHead.of(route), this::onProgress);
        tunnel.open().onComplete(closed -> end(outcome, false), failure -> breakConnection(Outcome.UNAVAILABLE));
    }

    private Outcome outcomeOfAttempt() {
        return attempts.isFirst() ? Outcome.ANSWERED : Outcome.REPEATED;
    }

    /**
     * Relays the response, unless it rejects the token and a newer one may help, or demands a nonce.
     *
     * @param nonce the nonce with which to repeat the request; null not to do so
     */
    private void examine(UpstreamResponse response, BodyPrefix prefix, AccessToken token, @Nullable String nonce) {
        if (ended) {
            return;
        }
        if (nonce != null) {
            repeat(
                    response,
                    () -> sendAgain(prefix, () -> attempts.repeatWithNonce(token, nonce)),
                    () -> relay(response, prefix, outcomeOfAttempt()));
        } else if (!route.rejection().rejectsToken(response.upstream(), prefix, token)) {
            relay(response, prefix, outcomeOfAttempt(), token);
        } else if (attempts.isLast()) {
            relay(response, prefix, Outcome.REJECTED);
        } else {
            repeat(response, () -> repeatWithNewerToken(response, prefix, token), () -> {
                tokens.report(token);
                relay(response, prefix, Outcome.REJECTED);
            });
        }
    }

    /** Runs one of the two, depending on whether the body of the request can be sent again. */
    private void repeat(UpstreamResponse response, Runnable ifRepeatable, Runnable otherwise) {
        if (body.isUnread()) {
            ifRepeatable.run();
            return;
        }
        rejection.readRequest(response).onSuccess(repeatable -> {
            if (!ended) {
                (repeatable ? ifRepeatable : otherwise).run();
            }
        });
    }

    /** Drops the response, and sends the request again. */
    private void sendAgain(BodyPrefix prefix, Runnable send) {
        if (!body.isEnded() || !prefix.complete()) {
            attempts.abandon();
        }
        budget.release(prefix.reservedBytes());
        send.run();
    }

    /** Repeats the request with a newer token. If none is available, relays the API's rejection, which waits meanwhile. */
    private void repeatWithNewerToken(UpstreamResponse response, BodyPrefix prefix, AccessToken token) {
        tokens.renew(
                token,
                newer -> route.certificates()
                        .renew()
                        .onComplete(renewed -> sendAgain(prefix, () -> attempts.send(newer))),
                failure -> {
                    ProblemResponse problem = tokens.problem(failure);
                    // a 401, which asks people to log in, would mislead where a retry may succeed
                    if (problem.isRetryable() && !(failure instanceof TokenException.RejectedAgain)) {
                        reject(problem, Outcome.NO_TOKEN);
                    } else {
                        relay(response, prefix, Outcome.REJECTED);
                    }
                });
    }

    private void relay(UpstreamResponse response, BodyPrefix prefix, Outcome outcome) {
        relay(response, prefix, outcome, null);
    }

    /** @param token the token that the end of the response may reject; null for none */
    private void relay(UpstreamResponse response, BodyPrefix prefix, Outcome outcome, @Nullable AccessToken token) {
        if (ended) {
            return;
        }
        Relay newRelay = new Relay(request, response, CallerHead.of(route), this::onProgress);
        boolean bodyUnread = !body.isEnded() && body.isUnread();
        boolean close = bodyUnread || newRelay.endsByClose();
        newRelay.run(prefix, close)
                .onComplete(
                        relayed -> {
                            if (token != null && rejection.isLate(response.upstream())) {
                                tokens.report(token);
                            }
                            endAfterRelay(outcome);
                            if (close) {
                                caller.close();
                            }
                        },
                        failure -> abort(UpstreamFailure.problem(route.target(), failure), Outcome.UNAVAILABLE));
    }

    private void rejectWithoutToken(Throwable failure) {
        reject(tokens.problem(failure), Outcome.NO_TOKEN);
    }

    private void reject(ProblemResponse problem, Outcome outcome) {
        if (!ended) {
            caller.reject(problem);
            endEarly(outcome);
        }
    }

    /**
     * Ends the exchange to free its slot for another request, and breaks off a response that has started. Keeps the slot if
     * the API has the whole request and repeating it is not safe: nobody could tell the caller whether the API carried it
     * out.
     */
    boolean preempt() {
        boolean mayEnd = !ended
                && (caller.hasStarted() || !begun || !body.isEnded() || tokens.isAwaiting() || attempts.isIdempotent());
        if (mayEnd) {
            abortForLimit("this user has its share of them");
        }
        return mayEnd;
    }

    /** A request without a slot waits for one as long as it would wait for the API. */
    private void onTimeout(ProblemResponse problem) {
        if (begun) {
            abort(problem, Outcome.TIMEOUT);
        } else {
            abortForLimit("none of them ended in time");
        }
    }

    private void abortForLimit(String reason) {
        abort(
                ProblemResponse.of(
                        ProblemKind.TOO_MANY_REQUESTS, "the limit of requests in flight is reached, and " + reason),
                Outcome.REFUSED);
    }

    private void onOutOfMemory() {
        abort(
                ProblemResponse.of(ProblemKind.TOO_MANY_REQUESTS, "the memory for forwarded requests is used up"),
                Outcome.REFUSED);
    }

    /**
     * Ends the exchange with a problem. Closes the connection instead of waiting for the rest of the request's body.
     */
    private void abort(ProblemResponse problem, Outcome outcome) {
        if (ended) {
            return;
        }
        if (caller.hasStarted()) {
            breakConnection(outcome);
        } else if (body.isEnded()) {
            reject(problem, outcome);
        } else {
            caller.rejectAndClose(problem);
            endEarly(outcome);
        }
    }

    /** Closes the connection in the middle of a response, which tells the caller that the response is incomplete. */
    private void breakConnection(Outcome outcome) {
        endEarly(outcome);
        caller.abort();
    }

    private void endAfterRelay(Outcome outcome) {
        end(outcome, !body.isEnded());
    }

    private void endEarly(Outcome outcome) {
        end(outcome, true);
    }

    /** @param abandon whether to reset the attempt, so that nothing more of it is sent or read */
    private void end(Outcome outcome, boolean abandon) {
        if (ended) {
            return;
        }
        ended = true;
        timeouts.cancel();
        tokens.cancel();
        attempts.end(abandon);
        if (tunnel != null) {
            tunnel.close();
        }
        body.discard();
        budget.close();
        onEnd.handle(outcome);
    }
}

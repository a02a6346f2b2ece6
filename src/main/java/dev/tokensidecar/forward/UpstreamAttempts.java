package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.token.AccessToken;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to the API, in at most two attempts. Repeats it on its own only after a lost connection, and only if that
 * is safe. An attempt may take two requests if the API wants a nonce.
 */
final class UpstreamAttempts {

    private static final int MAX_ATTEMPTS = 2;

    /** RFC 9110 section 9.2.2: the methods that may be repeated without knowing whether the request has arrived. */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final Vertx vertx;
    private final Route route;
    private final ConnectionPool pool;
    private final boolean offersSwitch;
    private final HttpServerRequest request;
    private final String uri;
    private final RequestBody body;
    private final BiConsumer<HttpClientResponse, @Nullable AccessToken> onResponse;
    private final Handler<ProblemResponse> onFailure;
    private @Nullable UpstreamRequest current;
    private int attempts;
    private int attemptWithNonce;
    private boolean ended;

    /**
     * Sends nothing yet.
     *
     * @param connections the connections to the API
     * @param rest the path below the target, and the query
     * @param onResponse receives a response, paused, and the token that the request had
     * @param onFailure receives the problem if the API sends no response
     */
    UpstreamAttempts(
            Vertx vertx,
            Route route,
            TargetConnections connections,
            HttpServerRequest request,
            String rest,
            RequestBody body,
            BiConsumer<HttpClientResponse, @Nullable AccessToken> onResponse,
            Handler<ProblemResponse> onFailure) {
        this.vertx = vertx;
        this.route = route;
        this.offersSwitch = ProtocolSwitch.isOffered(request);
        this.pool = offersSwitch ? connections.switching() : connections.ordinary();
        this.request = request;
        this.uri = route.target().uri(rest);
        this.body = body;
        this.onResponse = onResponse;
        this.onFailure = onFailure;
    }

    /** @param token null to forward the caller's own {@code Authorization} */
    void send(@Nullable AccessToken token) {
        send(token, route.credentials());
    }

    private void send(@Nullable AccessToken token, ApiCredentials credentials) {
        if (ended) {
            return;
        }
        attempts++;
        if (current != null) {
            current.end();
        }
        UpstreamRequest attempt = new UpstreamRequest(vertx, request, body, offersSwitch);
        current = attempt;
        attempt.send(pool, uri, token, credentials, route.withheld())
                .onComplete(
                        response -> {
                            if (!ended) {
                                onResponse.accept(response, token);
                            }
                        },
                        failure -> retryOrFail(failure, token));
    }

    /** Whether this attempt may be sent again with the nonce that the API wants. */
    boolean mayRepeatWithNonce() {
        return attemptWithNonce < attempts;
    }

    /** Sends this attempt again: the API has only said which nonce it wants. */
    void repeatWithNonce(AccessToken token, String nonce) {
        attemptWithNonce = attempts;
        attempts--;
        send(token, route.credentials().with(nonce));
    }

    /** Handles an attempt that failed before the caller got any part of its response. */
    void retryOrFail(Throwable failure, @Nullable AccessToken token) {
        if (ended) {
            return;
        }
        boolean repeatable = !isLast() && (body.isUnread() || body.isRepeatable());
        if (repeatable && current != null && isSafeToRepeat(current, failure)) {
            send(token);
        } else {
            onFailure.handle(UpstreamFailure.problem(route.target(), failure));
        }
    }

    private boolean isSafeToRepeat(UpstreamRequest attempt, Throwable failure) {
        boolean lost = attempt.isConnected() && UpstreamFailure.isConnectionLost(failure);
        return attempt.isUnprocessed(failure) || (lost && isIdempotent());
    }

    boolean isFirst() {
        return attempts == 1;
    }

    boolean isLast() {
        return attempts == MAX_ATTEMPTS;
    }

    /** Whether repeating the request is safe even if the API has already executed it. */
    boolean isIdempotent() {
        return IDEMPOTENT.contains(request.method());
    }

    /** Whether other requests use the connection of the current attempt. */
    boolean isShared() {
        return current != null && current.isShared();
    }

    /** Whether a proxy responds in the place of the API if it wants credentials. */
    boolean isAnsweredByProxy() {
        return current != null && current.isAnsweredByProxy();
    }

    /** Resets the current attempt, unless it has ended. */
    void abandon() {
        if (current != null) {
            current.abandon();
        }
    }

    /** @param abandon whether to reset the current attempt, because it has not ended by itself */
    void end(boolean abandon) {
        ended = true;
        if (abandon) {
            abandon();
        }
        if (current != null) {
            current.end();
        }
    }
}

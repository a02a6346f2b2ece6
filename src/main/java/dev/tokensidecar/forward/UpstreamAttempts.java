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

/** Sends a request to the API: never more than twice, and a second time by itself only if nothing can go wrong by that. */
final class UpstreamAttempts {

    private static final int MOST = 2;

    /** RFC 9110 section 9.2.2: what may be sent again though nobody knows whether it has arrived. */
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final Vertx vertx;
    private final Route forward;
    private final ConnectionPool pool;
    private final HttpServerRequest request;
    private final String uri;
    private final RequestBody body;
    private final BiConsumer<HttpClientResponse, @Nullable AccessToken> answered;
    private final Handler<ProblemResponse> lost;
    private @Nullable UpstreamRequest current;
    private int number;
    private boolean over;

    /**
     * Sends nothing yet.
     *
     * @param rest path and query below the target
     * @param answered gets an answer, paused, and the token that the API was shown
     * @param lost is told why there is no answer
     */
    UpstreamAttempts(
            Vertx vertx,
            Route forward,
            ConnectionPool pool,
            HttpServerRequest request,
            String rest,
            RequestBody body,
            BiConsumer<HttpClientResponse, @Nullable AccessToken> answered,
            Handler<ProblemResponse> lost) {
        this.vertx = vertx;
        this.forward = forward;
        this.pool = pool;
        this.request = request;
        this.uri = forward.target().uri(rest);
        this.body = body;
        this.answered = answered;
        this.lost = lost;
    }

    /** @param token null if the caller shows what it has itself */
    void send(@Nullable AccessToken token) {
        if (over) {
            return;
        }
        number++;
        if (current != null) {
            current.end();
        }
        UpstreamRequest attempt = new UpstreamRequest(vertx, request, body);
        current = attempt;
        attempt.send(pool, uri, token, forward.withheld())
                .onComplete(
                        answer -> {
                            if (!over) {
                                answered.accept(answer, token);
                            }
                        },
                        failure -> lose(failure, token));
    }

    /** There is no answer, or no more of it, and the caller knows nothing of it. */
    void lose(Throwable failure, @Nullable AccessToken token) {
        if (over) {
            return;
        }
        boolean again = !isLast()
                && current != null
                && current.isConnected()
                && UpstreamFailure.isBrokenOff(failure)
                && isIdempotent()
                && (body.isUntouched() || body.isKept());
        if (again) {
            send(token);
        } else {
            lost.handle(UpstreamFailure.refusal(forward.target(), failure));
        }
    }

    boolean isFirst() {
        return number == 1;
    }

    boolean isLast() {
        return number == MOST;
    }

    /** Whether it does no harm if the API has done what was asked already. */
    boolean isIdempotent() {
        return IDEMPOTENT.contains(request.method());
    }

    /** Whether others have requests on the connection of the current one. */
    boolean isShared() {
        return current != null && current.isShared();
    }

    /** Breaks the current one off, unless it is over. */
    void abandon() {
        if (current != null) {
            current.abandon();
        }
    }

    /** Nothing more is awaited of the API. */
    void end(boolean abandoned) {
        over = true;
        if (abandoned) {
            abandon();
        }
        if (current != null) {
            current.end();
        }
    }
}

package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.egress.Lease;
import dev.tokensidecar.token.AccessToken;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A caller's request as it is sent to the API, once. */
final class UpstreamRequest {

    private static final String VIA = "1.1 token-sidecar";
    private static final String CONTINUE = "100-continue";

    /** An API may ignore the expectation; RFC 9110 section 10.1.1 says not to wait indefinitely. */
    private static final long CONTINUE_PATIENCE_MILLIS = 1000;

    private final Vertx vertx;
    private final HttpServerRequest caller;
    private final RequestBody body;
    private @Nullable Lease lease;
    private boolean abandoned;
    private boolean ended;

    UpstreamRequest(Vertx vertx, HttpServerRequest caller, RequestBody body) {
        this.vertx = vertx;
        this.caller = caller;
        this.body = body;
    }

    /**
     * Sends it.
     *
     * @param token what it gets as {@code Authorization}; null to leave the caller's own
     * @param withheld names of header fields that the API does not get, in lower case
     * @return the answer, paused
     */
    Future<HttpClientResponse> send(
            ConnectionPool pool, String uri, @Nullable AccessToken token, Set<String> withheld) {
        return pool.request(caller.connection(), caller.method(), uri).compose(leased -> {
            lease = leased;
            // what goes wrong is told by the answer, which fails as well
            var unused = leased.request().exceptionHandler(failure -> {});
            if (ended) {
                leased.end().run();
            }
            if (abandoned) {
                abandon();
                return Future.failedFuture("the caller has gone");
            }
            HttpClientRequest request = leased.request();
            headers(request, token, withheld);
            Future<HttpClientResponse> answer = request.response().map(HttpClientResponse::pause);
            body(request);
            return answer;
        });
    }

    /** Whether the API was reached, whatever came of it. */
    boolean isConnected() {
        return lease != null;
    }

    /** Whether others have requests on the same connection. */
    boolean isShared() {
        return lease != null && lease.shared();
    }

    /** Breaks it off, unless it is over. */
    void abandon() {
        abandoned = true;
        if (lease != null) {
            var unused = lease.request().reset();
        }
    }

    /** Nothing more of it is awaited. */
    void end() {
        if (!ended) {
            ended = true;
            if (lease != null) {
                lease.end().run();
            }
        }
    }

    private void headers(HttpClientRequest to, @Nullable AccessToken token, Set<String> withheld) {
        EndToEndHeaders.copy(caller.headers(), to.headers(), withheld);
        if (token != null) {
            to.putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + token.value().reveal());
        }
        to.putHeader("via", VIA);
        to.setChunked(caller.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    }

    private void body(HttpClientRequest to) {
        if (!expectsContinue()) {
            body.sendTo(to);
        } else if (body.isUntouched()) {
            awaitContinue(to);
        } else {
            to.headers().remove(HttpHeaders.EXPECT);
            body.sendTo(to);
        }
    }

    /** RFC 9110 section 10.1.1: the caller sends nothing before the API, or our patience, says so. */
    private void awaitContinue(HttpClientRequest to) {
        long patience = vertx.setTimer(CONTINUE_PATIENCE_MILLIS, late -> goOn(to));
        to.continueHandler(told -> goOn(to));
        to.response().onComplete(answer -> vertx.cancelTimer(patience));
        var unused = to.sendHead();
    }

    private void goOn(HttpClientRequest to) {
        if (body.isUntouched()) {
            caller.response().writeContinue();
            body.sendTo(to);
        }
    }

    private boolean expectsContinue() {
        return CONTINUE.equalsIgnoreCase(caller.getHeader(HttpHeaders.EXPECT));
    }
}

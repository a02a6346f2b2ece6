package dev.tokensidecar.forward;

import dev.tokensidecar.egress.ConnectionPool;
import dev.tokensidecar.egress.Lease;
import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.token.AccessToken;
import io.netty.handler.codec.http2.Http2Exception;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One attempt to send a caller's request to the API. */
final class UpstreamRequest {

    private static final String VIA = "1.1 token-sidecar";
    private static final String VIA_HTTP_2 = "2.0 token-sidecar";
    private static final String TE = "te";
    private static final String TRAILERS = "trailers";
    private static final String CONTINUE = "100-continue";

    /** An API may ignore the expectation, and RFC 9110 section 10.1.1 says not to wait indefinitely. */
    private static final long CONTINUE_TIMEOUT_MILLIS = 1000;

    private final Vertx vertx;
    private final HttpServerRequest caller;
    private final RequestBody body;
    private final boolean offersSwitch;
    private @Nullable Lease lease;
    private boolean abandoned;
    private boolean ended;

    /** @param offersSwitch whether the caller wants to switch to WebSocket */
    UpstreamRequest(Vertx vertx, HttpServerRequest caller, RequestBody body, boolean offersSwitch) {
        this.vertx = vertx;
        this.caller = caller;
        this.body = body;
        this.offersSwitch = offersSwitch;
    }

    /**
     * Sends the request.
     *
     * @param token the token for {@code Authorization}; null to forward the caller's own value
     * @param credentials writes the token
     * @param withheld the names of header fields that the API does not get, in lower case
     * @return the response, paused
     */
    Future<HttpClientResponse> send(
            ConnectionPool pool,
            String uri,
            @Nullable AccessToken token,
            ApiCredentials credentials,
            Set<String> withheld) {
        return lease(pool, uri).compose(leased -> {
            lease = leased;
            // the future of the response reports failures as well
            var unused = leased.request().exceptionHandler(failure -> {});
            if (ended) {
                leased.end().run();
            }
            if (abandoned) {
                abandon();
                return Future.failedFuture("the caller has disconnected");
            }
            if (GrpcCall.isOne(caller.headers()) && !leased.shared()) {
                abandon();
                return Future.failedFuture(new Http2RequiredException());
            }
            HttpClientRequest request = leased.request();
            copyHeaders(request, withheld);
            if (token != null) {
                credentials.write(request, uri, token);
            }
            if (offersSwitch) {
                ProtocolSwitch.write(request.headers());
                return request.connect().map(HttpClientResponse::pause);
            }
            Future<HttpClientResponse> response = request.response().map(HttpClientResponse::pause);
            sendBody(request);
            return response;
        });
    }

    /** Without TLS nothing is negotiated, so the first bytes of the API say whether it speaks HTTP/2 (RFC 9113 section 3.4). */
    private Future<Lease> lease(ConnectionPool pool, String uri) {
        return pool.request(caller.connection(), caller.method(), uri)
                .recover(failure -> Future.failedFuture(
                        failure instanceof Http2Exception ? new Http2UnsupportedException() : failure));
    }

    /** Whether a connection to the API was established, whatever happened on it. */
    boolean isConnected() {
        return lease != null;
    }

    /** Whether the API says that it has not processed the request. */
    boolean isUnprocessed(Throwable failure) {
        return lease != null && lease.isUnprocessed(failure);
    }

    /** Whether other requests use the same connection. */
    boolean isShared() {
        return lease != null && lease.shared();
    }

    /** Whether a proxy responds in the place of the API if it wants credentials. */
    boolean isAnsweredByProxy() {
        return lease != null && lease.answeredByProxy();
    }

    /** Resets the request, unless it has ended. */
    void abandon() {
        abandoned = true;
        if (lease != null) {
            lease.abort();
        }
    }

    /**
     * Gives the connection back: the sidecar expects nothing more on it for this request. A connection on which a switch was
     * offered serves no other request.
     */
    void end() {
        if (!ended) {
            ended = true;
            if (offersSwitch) {
                abandon();
            }
            if (lease != null) {
                lease.end().run();
            }
        }
    }

    private void copyHeaders(HttpClientRequest upstream, Set<String> withheld) {
        EndToEndHeaders.copy(caller.headers(), upstream.headers(), withheld);
        upstream.putHeader("via", ConnectionTable.isStream(caller.connection()) ? VIA_HTTP_2 : VIA);
        if (isShared() && TRAILERS.equalsIgnoreCase(caller.getHeader(TE))) {
            upstream.putHeader(TE, TRAILERS);
        }
        upstream.setChunked(caller.headers().contains(HttpHeaders.TRANSFER_ENCODING));
    }

    private void sendBody(HttpClientRequest upstream) {
        if (!expectsContinue()) {
            if (body.isAwaitedStream()) {
                var unused = upstream.sendHead();
            }
            body.sendTo(upstream);
        } else if (body.isUnread()) {
            awaitContinue(upstream);
        } else {
            upstream.headers().remove(HttpHeaders.EXPECT);
            body.sendTo(upstream);
        }
    }

    /** RFC 9110 section 10.1.1: lets the caller send its body when the API agrees, or after the timeout. */
    private void awaitContinue(HttpClientRequest upstream) {
        long timer = vertx.setTimer(CONTINUE_TIMEOUT_MILLIS, timeout -> continueBody(upstream));
        upstream.continueHandler(agreed -> continueBody(upstream));
        upstream.response().onComplete(response -> vertx.cancelTimer(timer));
        var unused = upstream.sendHead();
    }

    private void continueBody(HttpClientRequest upstream) {
        if (body.isUnread()) {
            caller.response().writeContinue();
            body.sendTo(upstream);
        }
    }

    private boolean expectsContinue() {
        return CONTINUE.equalsIgnoreCase(caller.getHeader(HttpHeaders.EXPECT));
    }
}

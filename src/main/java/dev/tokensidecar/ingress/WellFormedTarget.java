package dev.tokensidecar.ingress;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a request target with a percent sign that begins no escape (RFC 3986 section 2.1) before the framework does,
 * which answers without a body.
 */
public final class WellFormedTarget implements Handler<HttpServerRequest> {

    private final Refusals refusals;
    private final Handler<HttpServerRequest> next;

    /** @param next gets every other request */
    public WellFormedTarget(ObjectMapper json, Handler<HttpServerRequest> next) {
        this.refusals = new Refusals(json);
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Refusal refusal = objection(request.uri());
        if (refusal == null) {
            next.handle(request);
            return;
        }
        request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .endHandler(sent -> request.connection().close());
        refusals.send(request.response(), refusal);
    }

    /** Null if there is none. */
    static @Nullable Refusal objection(String target) {
        return PercentEncoding.isWellFormed(target)
                ? null
                : Refusal.of(
                        ProblemKind.INVALID_REQUEST, "the request target has a % that begins no %XX: encode it as %25");
    }
}

package dev.tokensidecar.ingress;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Rejects a request target if a percent sign does not begin an escape (RFC 3986 section 2.1). Quarkus would reject it
 * without a body.
 */
public final class WellFormedTarget implements Handler<HttpServerRequest> {

    private final ProblemResponder problems;
    private final Handler<HttpServerRequest> next;

    /** @param next handles every well-formed request */
    public WellFormedTarget(ObjectMapper json, Handler<HttpServerRequest> next) {
        this.problems = new ProblemResponder(json);
        this.next = next;
    }

    @Override
    public void handle(HttpServerRequest request) {
        ProblemResponse problem = problem(request.uri());
        if (problem == null) {
            next.handle(request);
            return;
        }
        request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .endHandler(sent -> request.connection().close());
        problems.send(request.response(), problem);
    }

    /** Returns null if the target is well-formed. */
    static @Nullable ProblemResponse problem(String target) {
        return PercentEncoding.isWellFormed(target)
                ? null
                : ProblemResponse.of(
                        ProblemKind.INVALID_REQUEST,
                        "the request target has a % that does not begin an escape %XX: encode it as %25");
    }
}

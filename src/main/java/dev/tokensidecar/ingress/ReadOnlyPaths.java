package dev.tokensidecar.ingress;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lets reads of a few paths through; refuses everything else before a byte of a body is read or a name is kept. */
public final class ReadOnlyPaths implements Handler<RoutingContext> {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Set<String> paths;
    private final ProblemResponder refusals;

    /** @param paths as they are written in a request, without a query */
    public ReadOnlyPaths(Set<String> paths, ObjectMapper json) {
        this.paths = Set.copyOf(paths);
        this.refusals = new ProblemResponder(json);
    }

    @Override
    public void handle(RoutingContext context) {
        ProblemResponse refusal = refusal(context.request());
        if (refusal == null) {
            context.next();
            return;
        }
        if (refusal.kind() == ProblemKind.METHOD_NOT_ALLOWED) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        }
        if (UnreadBody.isAnnounced(context.request())) {
            UnreadBody.closeAfter(context);
        }
        refusals.send(context, refusal);
    }

    private @Nullable ProblemResponse refusal(HttpServerRequest request) {
        if (!paths.contains(request.path())) {
            return ProblemResponse.of(ProblemKind.NOT_FOUND, ProblemKind.NOT_FOUND.title);
        }
        if (!READS.contains(request.method())) {
            return ProblemResponse.of(ProblemKind.METHOD_NOT_ALLOWED, ProblemKind.METHOD_NOT_ALLOWED.title);
        }
        return UnreadBody.isAnnounced(request) ? ProblemResponse.of(ProblemKind.INVALID_REQUEST, "a read takes no body") : null;
    }
}

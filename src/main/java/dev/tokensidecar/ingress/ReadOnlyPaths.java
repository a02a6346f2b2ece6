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
    private final Refusals refusals;

    /** @param paths as they are written in a request, without a query */
    public ReadOnlyPaths(Set<String> paths, ObjectMapper json) {
        this.paths = Set.copyOf(paths);
        this.refusals = new Refusals(json);
    }

    @Override
    public void handle(RoutingContext context) {
        Refusal refusal = refusal(context.request());
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

    private @Nullable Refusal refusal(HttpServerRequest request) {
        Refusal malformed = WellFormedTarget.objection(request.uri());
        if (malformed != null) {
            return malformed;
        }
        if (!paths.contains(request.path())) {
            return Refusal.of(ProblemKind.NOT_FOUND, ProblemKind.NOT_FOUND.title);
        }
        if (!READS.contains(request.method())) {
            return Refusal.of(ProblemKind.METHOD_NOT_ALLOWED, ProblemKind.METHOD_NOT_ALLOWED.title);
        }
        return UnreadBody.isAnnounced(request) ? Refusal.of(ProblemKind.INVALID_REQUEST, "a read takes no body") : null;
    }
}

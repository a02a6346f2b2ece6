package dev.tokensidecar.ingress;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Lets reads of a few paths through. Rejects everything else before the framework reads a body or stores a path. */
public final class ReadOnlyPaths implements Handler<RoutingContext> {

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Predicate<String> served;
    private final ProblemResponder problems;

    /** @param served whether something is served at a path, which comes without a query */
    public ReadOnlyPaths(Predicate<String> served, ObjectMapper json) {
        this.served = served;
        this.problems = new ProblemResponder(json);
    }

    @Override
    public void handle(RoutingContext context) {
        ProblemResponse problem = problem(context.request());
        if (problem == null) {
            context.next();
            return;
        }
        if (problem.kind() == ProblemKind.METHOD_NOT_ALLOWED) {
            context.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
        }
        if (UnreadBody.isAnnounced(context.request())) {
            UnreadBody.closeAfter(context);
        }
        problems.send(context, problem);
    }

    private @Nullable ProblemResponse problem(HttpServerRequest request) {
        ProblemResponse malformed = WellFormedTarget.problem(request.uri());
        if (malformed != null) {
            return malformed;
        }
        if (request.path() == null || !served.test(request.path())) {
            return ProblemResponse.of(ProblemKind.NOT_FOUND);
        }
        if (!READS.contains(request.method())) {
            return ProblemResponse.of(ProblemKind.METHOD_NOT_ALLOWED);
        }
        return UnreadBody.isAnnounced(request)
                ? ProblemResponse.of(ProblemKind.INVALID_REQUEST, "a GET or HEAD request must not have a body")
                : null;
    }
}

package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponder;
import dev.tokensidecar.ingress.ProblemResponse;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;

/** Dispatches the requests of one port to its routes. Runs after the guard. */
public final class Routes implements Handler<RoutingContext> {

    private final List<Mapping> mappings;
    private final ProblemResponder problems;

    /** @param mappings in any order; the longest matching prefix wins */
    public Routes(List<Mapping> mappings, ObjectMapper json) {
        this.mappings = mappings.stream()
                .sorted(Comparator.<Mapping>comparingInt(
                                mapping -> mapping.prefix().length())
                        .reversed())
                .toList();
        this.problems = new ProblemResponder(json);
    }

    /**
     * Maps a path prefix to a forwarder.
     *
     * @param prefix begins with a slash and ends without one; empty for all paths
     */
    public record Mapping(String prefix, Forwarder forwarder) {}

    @Override
    public void handle(RoutingContext context) {
        String uri = context.request().uri();
        for (Mapping mapping : mappings) {
            String rest = RequestTarget.below(mapping.prefix(), uri);
            if (rest != null) {
                mapping.forwarder().forward(context, rest);
                return;
            }
        }
        new CallerResponse(context, problems)
                .reject(ProblemResponse.of(ProblemKind.UNKNOWN_FORWARD, nobodyHas(context.request())));
    }

    /** Clients of gRPC call the path of a service, and cannot put the name of a route before it. */
    private static String nobodyHas(HttpServerRequest request) {
        return GrpcCall.isOne(request.headers())
                ? "no route has the path of this call: give the route a port of its own, sidecar.forward.<name>.port"
                : "no sidecar.forward.* has this path";
    }
}

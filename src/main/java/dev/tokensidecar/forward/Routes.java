package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.ProblemResponse;
import dev.tokensidecar.ingress.ProblemResponder;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;

/** Everything that can be reached through one port. Stands behind the guard. */
public final class Routes implements Handler<RoutingContext> {

    private final List<Mapping> ways;
    private final ProblemResponder refusals;

    /** @param ways in any order; the longest prefix that fits counts */
    public Routes(List<Mapping> ways, ObjectMapper json) {
        this.ways = ways.stream()
                .sorted(Comparator.<Mapping>comparingInt(way -> way.prefix().length())
                        .reversed())
                .toList();
        this.refusals = new ProblemResponder(json);
    }

    /**
     * One of them.
     *
     * @param prefix what the paths of its requests begin with; begins with a slash and ends without one; empty for all paths
     */
    public record Mapping(String prefix, Forwarder forwarder) {}

    @Override
    public void handle(RoutingContext context) {
        String uri = context.request().uri();
        for (Mapping way : ways) {
            String rest = RequestTarget.below(way.prefix(), uri);
            if (rest != null) {
                way.forwarder().pass(context, rest);
                return;
            }
        }
        refusals.send(context, ProblemResponse.of(ProblemKind.UNKNOWN_FORWARD, "no sidecar.forward.* has this path"));
    }
}

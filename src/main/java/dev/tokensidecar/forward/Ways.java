package dev.tokensidecar.forward;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tokensidecar.ingress.ProblemKind;
import dev.tokensidecar.ingress.Refusal;
import dev.tokensidecar.ingress.Refusals;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;

/** Everything that can be reached through one port. Stands behind the guard. */
public final class Ways implements Handler<RoutingContext> {

    private final List<Way> ways;
    private final Refusals refusals;

    /** @param ways in any order; the longest prefix that fits counts */
    public Ways(List<Way> ways, ObjectMapper json) {
        this.ways = ways.stream()
                .sorted(Comparator.<Way>comparingInt(way -> way.prefix().length())
                        .reversed())
                .toList();
        this.refusals = new Refusals(json);
    }

    /**
     * One of them.
     *
     * @param prefix what the paths of its requests begin with; begins with a slash and ends without one; empty for all paths
     */
    public record Way(String prefix, Forwarder forwarder) {}

    @Override
    public void handle(RoutingContext context) {
        String uri = context.request().uri();
        for (Way way : ways) {
            String rest = RequestTarget.below(way.prefix(), uri);
            if (rest != null) {
                way.forwarder().pass(context, rest);
                return;
            }
        }
        refusals.send(context, Refusal.of(ProblemKind.UNKNOWN_FORWARD, "no sidecar.forward.* has this path"));
    }
}

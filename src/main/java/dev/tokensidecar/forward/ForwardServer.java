package dev.tokensidecar.forward;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Builds the request handler of a port of forwarding mode. */
public final class ForwardServer {

    private ForwardServer() {}

    /**
     * Builds the handler of one port.
     *
     * @param guards decide which callers are let in
     * @param routes the routes of the port
     */
    public static Handler<HttpServerRequest> requests(
            Vertx vertx, List<Handler<RoutingContext>> guards, Routes routes) {
        Router router = Router.router(vertx);
        var all = router.route().handler(context -> {
            resumeAtEnd(context);
            context.next();
        });
        guards.forEach(all::handler);
        var unused = all.handler(routes);
        return request -> {
            if (AmbiguousFraming.isUnambiguous(request)) {
                router.handle(request.pause());
            } else {
                AmbiguousFraming.reject(request);
            }
        };
    }

    /**
     * A handler may respond without reading the body. Resuming lets the rest of the request pass, so the connection
     * stays usable.
     */
    private static void resumeAtEnd(RoutingContext context) {
        var unused = context.addEndHandler(ended -> context.request().resume());
    }
}

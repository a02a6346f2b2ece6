package dev.tokensidecar.forward;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** Builds the request handler of a port of forwarding mode. */
public final class ForwardServer {

    private ForwardServer() {}

    /**
     * Builds the handler of one port.
     *
     * @param guard decides which callers are let in
     * @param routes the routes of the port
     */
    public static Handler<HttpServerRequest> requests(Vertx vertx, Handler<RoutingContext> guard, Routes routes) {
        Router router = Router.router(vertx);
        var unused = router.route()
                .handler(context -> {
                    resumeAtEnd(context);
                    context.next();
                })
                .handler(guard)
                .handler(routes);
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

package dev.tokensidecar.forward;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** What a port of forwarding mode does with a request. */
public final class ForwardServer {

    private ForwardServer() {}

    /**
     * Makes the handler of one port.
     *
     * @param guard decides who is let in
     * @param ways what can be reached through the port
     */
    public static Handler<HttpServerRequest> requests(Vertx vertx, Handler<RoutingContext> guard, Routes ways) {
        Router router = Router.router(vertx);
        var unused = router.route()
                .handler(context -> {
                    resumeAtTheEnd(context);
                    context.next();
                })
                .handler(guard)
                .handler(ways);
        return request -> {
            if (AmbiguousFraming.isClear(request)) {
                router.handle(request.pause());
            } else {
                AmbiguousFraming.refuse(request);
            }
        };
    }

    /** Whoever answers without having read the body leaves the connection as it is. */
    private static void resumeAtTheEnd(RoutingContext context) {
        var unused = context.addEndHandler(ended -> context.request().resume());
    }
}

package dev.tokensidecar.forward;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;

/** A port of forwarding mode. HTTP/1.1 only: a caller on loopback gains nothing from HTTP/2. */
public final class ForwardServer {

    private static final int MAX_HEADER_BYTES = 32 * 1024;
    private static final int MAX_LINE_BYTES = 16 * 1024;

    private ForwardServer() {}

    /**
     * Opens it.
     *
     * @param options of the server; limits are set here
     * @param mostWithoutRequest how long a connection may be open without one
     * @param guard decides who is let in
     */
    public static Future<HttpServer> open(
            Vertx vertx,
            HttpServerOptions options,
            Duration mostWithoutRequest,
            Handler<RoutingContext> guard,
            Ways ways) {
        HeadDeadline deadline = new HeadDeadline(vertx, mostWithoutRequest);
        Router router = Router.router(vertx);
        var unused = router.route()
                .handler(context -> {
                    deadline.requested(context);
                    resumeAtTheEnd(context);
                    context.next();
                })
                .handler(guard)
                .handler(ways);
        return vertx.createHttpServer(options.setHttp2ClearTextEnabled(false)
                        .setMaxHeaderSize(MAX_HEADER_BYTES)
                        .setMaxInitialLineLength(MAX_LINE_BYTES))
                .connectionHandler(deadline::opened)
                .requestHandler(request -> {
                    if (Framing.isClear(request)) {
                        router.handle(request.pause());
                    } else {
                        Framing.refuse(request);
                    }
                })
                .listen();
    }

    /** Whoever answers without having read the body leaves the connection as it is. */
    private static void resumeAtTheEnd(RoutingContext context) {
        var unused = context.addEndHandler(ended -> context.request().resume());
    }
}

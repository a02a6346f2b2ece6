package dev.tokensidecar.ingress;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * A place to connect to. All of them are opened here, so that all have the same front door: HTTP/1.1 and nothing else, and
 * the limits of a {@link ConnectionTable}.
 */
public final class HttpListener {

    private static final int BAD_REQUEST = 400;

    /** What the kernel keeps of connections that are not accepted yet: as much as an event loop takes over within a second. */
    private static final int BACKLOG = 1024;

    private HttpListener() {}

    /**
     * Opens one.
     *
     * @param vertx whose event loop it runs on
     * @param address where
     * @param table counts its connections; may be shared
     * @param requests handles requests
     */
    public static Future<HttpServer> open(
            Vertx vertx, SocketAddress address, ConnectionTable table, Handler<HttpServerRequest> requests) {
        HttpServerOptions options = plain(new HttpServerOptions())
                .setAcceptBacklog(BACKLOG)
                .setMaxHeaderSize(table.limits().headerBytes())
                .setMaxInitialLineLength(table.limits().lineBytes());
        AcceptQueue queue = new AcceptQueue(table.limits());
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    Channel channel = ((ConnectionBase) connection).channel();
                    queue.watch(channel.parent());
                    table.admit(channel, options);
                })
                .requestHandler(request -> {
                    if (request.authority() == null
                            || request.uri().startsWith("?")
                            || (table.limits().bodies() == ListenerLimits.Bodies.NONE
                                    && UnreadBody.isAnnounced(request))) {
                        refuse(request);
                    } else {
                        requests.handle(request);
                    }
                })
                .listen(address);
    }

    /**
     * Rejects what the router would log as a failure of its own: a request without a host (RFC 9112 section 3.2), a target
     * without a path (section 3.2.1), a body where the listener takes none.
     */
    private static void refuse(HttpServerRequest request) {
        request.response()
                .setStatusCode(BAD_REQUEST)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end()
                .onComplete(sent -> request.connection().close());
    }

    /** Without what nobody here speaks: HTTP/2 in clear text, whose connections have no limits, and WebSocket compression. */
    public static HttpServerOptions plain(HttpServerOptions options) {
        return options.setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }
}

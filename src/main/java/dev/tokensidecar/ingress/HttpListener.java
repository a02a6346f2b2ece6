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
 * Opens every listener of the sidecar, so that all of them behave the same: HTTP/1.1 only, within the limits of a
 * {@link ConnectionTable}.
 */
public final class HttpListener {

    private static final int BAD_REQUEST = 400;

    /** Limits the connections that wait in the kernel: an event loop admits as many within a second. */
    private static final int BACKLOG = 1024;

    private HttpListener() {}

    /**
     * Opens a listener.
     *
     * @param vertx the instance whose event loop the listener runs on
     * @param table tracks the connections; listeners may share it
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
                        reject(request);
                    } else {
                        requests.handle(request);
                    }
                })
                .listen(address);
    }

    /**
     * Rejects what the router would log at length as its own failure: a request without a host (RFC 9112 section 3.2), a
     * target without a path (section 3.2.1), and a body where the listener allows none.
     */
    private static void reject(HttpServerRequest request) {
        request.response()
                .setStatusCode(BAD_REQUEST)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end()
                .onComplete(sent -> request.connection().close());
    }

    /** Disables HTTP/2 in clear text, whose connections have no limits here, and WebSocket compression. */
    public static HttpServerOptions plain(HttpServerOptions options) {
        return options.setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }
}

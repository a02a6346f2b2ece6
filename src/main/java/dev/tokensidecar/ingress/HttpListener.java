package dev.tokensidecar.ingress;

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
 * Opens every listener of the sidecar, so that all of them behave the same: HTTP/1.1, and HTTP/2 with prior knowledge if
 * wanted, within the limits of a {@link ConnectionTable}.
 */
public final class HttpListener {

    private static final int BAD_REQUEST = 400;

    /** Limits the connections that wait in the kernel: an event loop admits as many within a second. */
    private static final int BACKLOG = 1024;

    private HttpListener() {}

    /** The versions of HTTP that a listener speaks. */
    public enum Versions {
        HTTP_1_1,
        /** Also HTTP/2, for a caller that begins with it (RFC 9113 section 3.3). {@code Upgrade: h2c} has no effect. */
        HTTP_1_1_AND_2
    }

    /**
     * Opens a listener.
     *
     * @param vertx the instance whose event loop the listener runs on
     * @param entrance says which tokens its callers may ask for
     * @param table tracks the connections; listeners may share it
     * @param requests handles requests
     */
    public static Future<HttpServer> open(
            Vertx vertx,
            SocketAddress address,
            Entrance entrance,
            ConnectionTable table,
            Versions versions,
            Handler<HttpServerRequest> requests) {
        HttpServerOptions options = plain(new HttpServerOptions())
                .setAcceptBacklog(BACKLOG)
                .setMaxHeaderSize(table.limits().headerBytes())
                .setMaxInitialLineLength(table.limits().lineBytes());
        HttpServer server = vertx.createHttpServer(options);
        Handler<HttpServerRequest> checked = request -> {
            if (isAcceptable(request, table.limits())) {
                requests.handle(request);
            } else {
                reject(request);
            }
        };
        AcceptQueue queue = new AcceptQueue(table.limits());
        Http2Streams streams = new Http2Streams(server, options, table, checked);
        return server.connectionHandler(connection -> {
                    ConnectionBase base = (ConnectionBase) connection;
                    entrance.mark(base.channel());
                    queue.watch(base.channel().parent());
                    table.admit(base.channel(), options);
                    if (versions == Versions.HTTP_1_1_AND_2) {
                        streams.offer(base.channel(), base.getContext());
                    }
                })
                .requestHandler(checked)
                .listen(address);
    }

    private static boolean isAcceptable(HttpServerRequest request, ListenerLimits limits) {
        return request.authority() != null
                && !request.uri().startsWith("?")
                && (limits.bodies() != ListenerLimits.Bodies.NONE || !UnreadBody.isAnnounced(request));
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

    /** Disables HTTP/2 of Vert.x, whose connections have no limits here, and WebSocket compression. */
    public static HttpServerOptions plain(HttpServerOptions options) {
        return options.setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
    }
}

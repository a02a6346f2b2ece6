package dev.tokensidecar.egress;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/**
 * Makes a client connection strict. Vert.x 4 takes every 1xx other than 100 and 103 for the final response, and reads
 * anything after a response as the response to the next request.
 */
public final class ResponseFraming {

    private static final String HTTP1 = "codec";
    private static final String HTTP2 = "handler";

    private ResponseFraming() {}

    /**
     * Replaces the handlers of a new connection. Must be called before the first request.
     *
     * @param maxHeaderBytes limit for the header section of a response
     * @param foldedFields how to treat header fields of several lines, which HTTP/2 does not have
     * @param keepAlive the idle timeout of an HTTP/1.1 connection
     */
    public static void install(
            HttpConnection connection, int maxHeaderBytes, FoldedFields foldedFields, Duration keepAlive) {
        Channel channel = channel(connection);
        if (isShareable(connection)) {
            Http2ConnectionDecoder decoder =
                    ((Http2ConnectionHandler) channel.pipeline().get(HTTP2)).decoder();
            decoder.frameListener(
                    new Http2FieldLimit(decoder.connection(), new Http2ResponseStatus(decoder.frameListener())));
        } else {
            var unused =
                    channel.pipeline().replace(HTTP1, HTTP1, new Http1Codec(maxHeaderBytes, foldedFields, keepAlive));
        }
    }

    /** Whether several callers can share the connection: HTTP/2 says which response belongs to which request. */
    static boolean isShareable(HttpConnection connection) {
        return ((io.vertx.core.http.impl.HttpClientConnection) connection)
                        .channelHandlerContext()
                        .handler()
                instanceof Http2ConnectionHandler;
    }

    /** Whether an HTTP/1.1 connection is open and has received the complete response to its last request. */
    static boolean isReusable(HttpConnection connection) {
        Channel channel = channel(connection);
        return channel.isActive() && channel.pipeline().get(HTTP1) instanceof Http1Codec codec && codec.isReusable();
    }

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}

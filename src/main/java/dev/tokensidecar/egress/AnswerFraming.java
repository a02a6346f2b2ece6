package dev.tokensidecar.egress;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/**
 * Makes a client's connection strict. Vert.x 4 takes every 1xx but 100 and 103 for the final answer, and reads whatever
 * follows an answer as the answer to the next request.
 */
public final class AnswerFraming {

    private static final String HTTP1 = "codec";
    private static final String HTTP2 = "handler";

    private AnswerFraming() {}

    /**
     * To be called before the first request.
     *
     * @param maxHeaderBytes limit for the header section of an answer
     * @param foldedFields what becomes of header fields of several lines; HTTP/2 has none
     * @param keepAlive how long an HTTP/1.1 connection stays open without a request
     */
    public static void install(
            HttpConnection connection, int maxHeaderBytes, FoldedFields foldedFields, Duration keepAlive) {
        Channel channel = channel(connection);
        if (isShareable(connection)) {
            Http2ConnectionDecoder decoder =
                    ((Http2ConnectionHandler) channel.pipeline().get(HTTP2)).decoder();
            decoder.frameListener(
                    new Http2FieldLimit(decoder.connection(), new Http2InterimAnswers(decoder.frameListener())));
        } else {
            var unused =
                    channel.pipeline().replace(HTTP1, HTTP1, new Http1Codec(maxHeaderBytes, foldedFields, keepAlive));
        }
    }

    /** Whether requests of several callers may be on it: HTTP/2 says which answer belongs to which request. */
    static boolean isShareable(HttpConnection connection) {
        return ((io.vertx.core.http.impl.HttpClientConnection) connection)
                        .channelHandlerContext()
                        .handler()
                instanceof Http2ConnectionHandler;
    }

    /** Whether an HTTP/1.1 connection is open and all that was sent for its last request is known to have come. */
    static boolean isReusable(HttpConnection connection) {
        Channel channel = channel(connection);
        return channel.isActive() && channel.pipeline().get(HTTP1) instanceof Http1Codec codec && codec.isReusable();
    }

    private static Channel channel(HttpConnection connection) {
        return ((ConnectionBase) connection).channel();
    }
}

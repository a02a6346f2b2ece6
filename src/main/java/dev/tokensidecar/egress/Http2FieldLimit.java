package dev.tokensidecar.egress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Applies a {@link FieldLimit} to every stream. It checks complete field sections. Netty has created their objects by
 * then, but at most some 2000, and for one section at a time.
 */
final class Http2FieldLimit extends Http2FrameListenerDecorator {

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;

    Http2FieldLimit(Http2Connection connection, Http2FrameListener listener) {
        super(listener);
        this.connection = connection;
        this.key = connection.newKey();
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        count(stream, headers);
        super.onHeadersRead(context, stream, headers, padding, endOfStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        count(stream, headers);
        super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, endOfStream);
    }

    /** The status is a field in HTTP/2, so a section without other fields counts too. */
    private void count(int stream, Http2Headers headers) throws Http2Exception {
        try {
            limit(connection.stream(stream)).add(headers.size());
        } catch (MalformedResponseException tooMany) {
            throw Http2Exception.streamError(stream, Http2Error.ENHANCE_YOUR_CALM, tooMany, "too many header fields");
        }
    }

    private FieldLimit limit(Http2Stream stream) {
        FieldLimit limit = stream.getProperty(key);
        if (limit == null) {
            limit = new FieldLimit();
            stream.setProperty(key, limit);
        }
        return limit;
    }
}

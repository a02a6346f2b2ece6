package dev.tokensidecar.egress;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;

/** Judges each field section that a server sends, with priority information or without (RFC 9113 section 6.2). */
abstract class Http2HeadersFilter extends Http2FrameListenerDecorator {

    Http2HeadersFilter(Http2FrameListener listener) {
        super(listener);
    }

    /**
     * Whether the next listener gets this section.
     *
     * @throws Http2Exception if the stream cannot continue
     */
    abstract boolean passes(int stream, Http2Headers headers, boolean endOfStream) throws Http2Exception;

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext context, int stream, Http2Headers headers, int padding, boolean endOfStream)
            throws Http2Exception {
        if (passes(stream, headers, endOfStream)) {
            super.onHeadersRead(context, stream, headers, padding, endOfStream);
        }
    }

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext context,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endOfStream)
            throws Http2Exception {
        if (passes(stream, headers, endOfStream)) {
            super.onHeadersRead(context, stream, headers, dependency, weight, exclusive, padding, endOfStream);
        }
    }
}

package dev.tokensidecar.ingress;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Translates between a stream of HTTP/2 and the messages of HTTP/1.1 (RFC 9113 section 8), and limits the head of the
 * request as {@link MeteredRequestDecoder} does.
 */
final class StreamCodec extends Http2StreamFrameToHttpObjectCodec {

    private static final int PSEUDO_HEADER_FIELDS = 4;
    private static final String COOKIE_SEPARATOR = "; ";

    private final Http2CallerConnection connection;
    private final ListenerLimits limits;
    private @Nullable ChannelHandlerContext context;
    private int unsentBytes;
    private boolean begun;
    private boolean rejected;
    private boolean closed;

    StreamCodec(Http2CallerConnection connection, ListenerLimits limits) {
        super(true);
        this.connection = connection;
        this.limits = limits;
    }

    /** Each stream has its own. */
    @Override
    public boolean isSharable() {
        return false;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        super.handlerAdded(context);
        this.context = context;
    }

    /** Resets the stream in the middle of a response, which tells the caller that the response is incomplete. */
    void abort() {
        reset(Objects.requireNonNull(context), Http2Error.INTERNAL_ERROR);
    }

    private static void reset(ChannelHandlerContext context, Http2Error error) {
        var unused = context.writeAndFlush(new DefaultHttp2ResetFrame(error)).addListener(ChannelFutureListener.CLOSE);
    }

    /** Counts what waits to be sent. The bytes of a stream that has closed may wait for as long as the caller does not read. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        int bytes = message instanceof HttpContent content ? content.content().readableBytes() : 0;
        if (bytes > 0) {
            unsentBytes += bytes;
            super.write(context, message, promise.unvoid().addListener(sent -> sent(bytes)));
        } else {
            super.write(context, message, promise);
        }
    }

    private void sent(int bytes) {
        if (closed) {
            connection.orphaned(-bytes);
        } else {
            unsentBytes -= bytes;
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        closed = true;
        connection.orphaned(unsentBytes);
        super.channelInactive(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, Http2StreamFrame frame, List<Object> out) throws Exception {
        if (rejected) {
            return;
        }
        if (begun || !(frame instanceof Http2HeadersFrame head)) {
            super.decode(context, frame, out);
            return;
        }
        begun = true;
        if (!connection.admit(context.channel())) {
            rejected = true;
            reset(context, Http2Error.REFUSED_STREAM);
            return;
        }
        HttpResponseStatus violation = violation(head.headers());
        if (violation != null) {
            reject(context, violation);
            return;
        }
        try {
            begin(context, request(head.headers()), head.isEndStream(), out);
        } catch (IllegalArgumentException malformed) {
            reject(context, HttpResponseStatus.BAD_REQUEST);
        }
    }

    private @Nullable HttpResponseStatus violation(Http2Headers head) {
        if (head.method() == null || head.path() == null) {
            return HttpResponseStatus.BAD_REQUEST;
        }
        if (head.size() > MeteredRequestDecoder.MAX_FIELDS + PSEUDO_HEADER_FIELDS) {
            return HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
        }
        return head.path().length() > limits.lineBytes() ? HttpResponseStatus.REQUEST_URI_TOO_LONG : null;
    }

    private void begin(ChannelHandlerContext context, HttpRequest request, boolean complete, List<Object> out) {
        connection.holdHead(MeteredRequestDecoder.memoryBytes(request), context.channel());
        if (!complete && !request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
            request.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
        out.add(request);
        if (complete) {
            out.add(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    /** Translates the head. Those who read the fields check them, as they do for HTTP/1.1. */
    private static HttpRequest request(Http2Headers head) {
        HttpHeaders fields =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        if (head.authority() != null) {
            fields.add(HttpHeaderNames.HOST, head.authority());
        }
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            if (HttpHeaderNames.COOKIE.contentEqualsIgnoreCase(field.getKey())) {
                addCookie(fields, field.getValue());
            } else if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(field.getKey())) {
                fields.add(field.getKey(), field.getValue());
            }
        }
        return new DefaultHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(head.method().toString()),
                head.path().toString(),
                fields);
    }

    /** HTTP/2 may split this field, and other versions have only one of it (RFC 9113 section 8.2.3). */
    private static void addCookie(HttpHeaders fields, CharSequence value) {
        String earlier = fields.get(HttpHeaderNames.COOKIE);
        var unused = fields.set(HttpHeaderNames.COOKIE, earlier == null ? value : earlier + COOKIE_SEPARATOR + value);
    }

    private void reject(ChannelHandlerContext context, HttpResponseStatus status) {
        rejected = true;
        Http2Headers head = new DefaultHttp2Headers().status(status.codeAsText());
        var unused = context.writeAndFlush(new DefaultHttp2HeadersFrame(head, true))
                .addListener(ChannelFutureListener.CLOSE);
    }
}

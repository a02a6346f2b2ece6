package dev.tokensidecar.egress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client codec for HTTP/1.1 with one request at a time; replaces Netty's codec. It passes on the end of a response only
 * after it has checked everything from the same read. So it detects surplus bytes before the next request is written, and
 * closes the connection.
 */
final class Http1Codec extends CombinedChannelDuplexHandler<FrugalResponseDecoder, HttpRequestEncoder> {

    private static final int MAX_STATUS_LINE_BYTES = 4096;

    private final long maxIdleMillis;
    private long idleMillis;
    private @Nullable HttpMethod outstanding;
    private boolean upgradeOffered;
    private boolean requestEnded = true;
    private boolean reusable = true;
    private @Nullable Future<?> idleTimer;

    Http1Codec(int maxHeaderBytes, FoldedFields foldedFields, Duration keepAlive) {
        this.maxIdleMillis = keepAlive.toMillis();
        this.idleMillis = maxIdleMillis;
        init(
                new Decoder(
                        new HttpDecoderConfig()
                                .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES)
                                .setMaxHeaderSize(maxHeaderBytes)
                                .setUseRfc9112TransferEncoding(true),
                        foldedFields),
                new Encoder());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        super.handlerAdded(context);
        closeWhenIdle(context);
    }

    /** Whether the next request may be sent. */
    boolean isReusable() {
        return reusable && outstanding == null && requestEnded;
    }

    private void closeWhenIdle(ChannelHandlerContext context) {
        idleTimer = context.executor().schedule(() -> close(context), idleMillis, TimeUnit.MILLISECONDS);
    }

    /** Closes a connection without Vert.x, which would wait until the server has read everything that was sent. */
    static void close(Channel channel) {
        ChannelHandlerContext context = channel.pipeline().context(Http1Codec.class);
        if (context != null) {
            close(context);
        }
    }

    private static void close(ChannelHandlerContext context) {
        var unused = context.close();
    }

    private void begin(HttpRequest request) {
        outstanding = request.method();
        upgradeOffered = request.headers().contains(HttpHeaderNames.UPGRADE);
        requestEnded = false;
        inboundHandler().beginResponse();
        idleMillis = maxIdleMillis;
        if (idleTimer != null) {
            idleTimer.cancel(false);
            idleTimer = null;
        }
    }

    private void begin(HttpResponse response) {
        reusable &= requestEnded && ResponseHead.isPersistent(response);
        idleMillis = ResponseHead.keepAliveMillis(response, maxIdleMillis);
    }

    private void end(ChannelHandlerContext context, LastHttpContent end) {
        outstanding = null;
        reusable &= !inboundHandler().hasLongLineBuffer();
        context.fireChannelRead(end);
        if (requestEnded && !reusable) {
            close(context);
        } else if (isReusable()) {
            closeWhenIdle(context);
        }
    }

    private final class Encoder extends HttpRequestEncoder {

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (message instanceof HttpRequest request) {
                if (!isReusable()) {
                    var unused = ReferenceCountUtil.release(message);
                    promise.setFailure(new ClosedChannelException());
                    return;
                }
                begin(request);
            }
            ChannelPromise written = promise;
            if (message instanceof LastHttpContent) {
                requestEnded = true;
                if (outstanding == null) {
                    written = promise.unvoid().addListener(ChannelFutureListener.CLOSE);
                }
            }
            super.write(context, message, written);
        }
    }

    private final class Decoder extends FrugalResponseDecoder {

        private final List<Object> decoded = new ArrayList<>();
        private @Nullable HttpResponse interim;
        private @Nullable LastHttpContent end;
        private boolean broken;

        /** Whether the bytes that follow belong to another protocol. */
        private boolean switched;

        Decoder(HttpDecoderConfig config, FoldedFields foldedFields) {
            super(config, foldedFields);
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return HttpMethod.HEAD.equals(outstanding)
                    || ResponseHead.isInterim((HttpResponse) message)
                    || super.isContentAlwaysEmpty(message);
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            if (switched) {
                out.add(in.readRetainedSlice(in.readableBytes()));
            } else if (outstanding == null || end != null || broken) {
                discardSurplus(context, in);
            } else {
                super.decode(context, in, decoded);
                handleDecoded(out);
            }
        }

        @Override
        protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            reusable = false;
            // the rest is an incomplete message
            in.skipBytes(in.readableBytes());
            super.decodeLast(context, in, decoded);
            handleDecoded(out);
            deliverEnd(context);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) throws Exception {
            deliverEnd(context);
            super.channelReadComplete(context);
        }

        private void discardSurplus(ChannelHandlerContext context, ByteBuf in) {
            if (in.isReadable()) {
                in.skipBytes(in.readableBytes());
                reusable = false;
                if (end == null) {
                    Http1Codec.close(context);
                }
            }
        }

        private void deliverEnd(ChannelHandlerContext context) {
            if (end != null) {
                LastHttpContent last = end;
                end = null;
                end(context, last);
            }
        }

        private void handleDecoded(List<Object> out) {
            for (Object message : decoded) {
                if (broken || switched) {
                    var unused = ReferenceCountUtil.release(message);
                } else if (((HttpObject) message).decoderResult().isFailure()) {
                    fail(message, out);
                } else if (message instanceof HttpResponse head) {
                    handle(head, out);
                } else if (message instanceof LastHttpContent last) {
                    handle(last, out);
                } else {
                    out.add(message);
                }
            }
            decoded.clear();
        }

        private void handle(HttpResponse head, List<Object> out) {
            String violation = ResponseHead.violation(head, upgradeOffered);
            if (violation != null) {
                head.setDecoderResult(DecoderResult.failure(new MalformedResponseException(violation)));
                fail(head, out);
            } else if (ResponseHead.isSwitch(head)) {
                reusable = false;
                switched = true;
                out.add(head);
            } else if (ResponseHead.isInterim(head)) {
                interim = head;
                if (ResponseHead.isContinue(head)) {
                    out.add(head);
                }
            } else {
                interim = null;
                begin(head);
                out.add(head);
            }
        }

        private void handle(LastHttpContent last, List<Object> out) {
            if (interim == null) {
                end = last;
            } else if (ResponseHead.isContinue(interim)) {
                out.add(last);
            }
        }

        /** Passes the failure on: Vert.x then fails the request and closes the connection. */
        private void fail(Object message, List<Object> out) {
            broken = true;
            reusable = false;
            out.add(message);
        }
    }
}

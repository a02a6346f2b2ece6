package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Finds out whether a caller speaks HTTP/2, by the first bytes of its connection (RFC 9113 section 3.3). Passes all bytes
 * on, and leaves the pipeline.
 */
final class Http2Preface extends ByteToMessageDecoder {

    private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

    /** The number of bytes that begin the connection. */
    static final int BYTES = PREFACE.readableBytes();

    private final Runnable onHttp2;

    /** @param onHttp2 runs before the bytes are passed on */
    Http2Preface(Runnable onHttp2) {
        this.onHttp2 = onHttp2;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
        int length = Math.min(bytes.readableBytes(), BYTES);
        boolean matches = ByteBufUtil.equals(bytes, bytes.readerIndex(), PREFACE, 0, length);
        if (matches && length < BYTES) {
            return;
        }
        if (matches) {
            onHttp2.run();
        }
        context.pipeline().remove(this);
    }
}

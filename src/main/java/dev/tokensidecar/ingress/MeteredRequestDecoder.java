package dev.tokensidecar.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/** The decoder of Vert.x, which also tells where in a message it is and how much of an unfinished head it holds. */
final class MeteredRequestDecoder extends VertxHttpRequestDecoder {

    private final AdmittedConnection connection;
    private int headBytes;
    private boolean insideBody;

    MeteredRequestDecoder(HttpServerOptions options, AdmittedConnection connection) {
        super(options);
        this.connection = connection;
    }

    /** Whether the next byte begins a request. */
    boolean isBetweenMessages() {
        return !insideBody && headBytes == 0 && actualReadableBytes() == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        super.channelRead(context, message);
        connection.received(insideBody ? 0 : headBytes + actualReadableBytes());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) throws Exception {
        int unread = bytes.readableBytes();
        int known = out.size();
        super.decode(context, bytes, out);
        headBytes += unread - bytes.readableBytes();
        for (Object message : out.subList(known, out.size())) {
            if (message instanceof HttpRequest) {
                insideBody = true;
            }
            if (message instanceof LastHttpContent) {
                insideBody = false;
                headBytes = 0;
            }
        }
        if (insideBody) {
            headBytes = 0;
        }
    }
}

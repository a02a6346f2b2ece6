package dev.tokensidecar.egress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A connection on which the test controls every byte from the server. */
final class CodecConnection implements AutoCloseable {

    private final Http1Codec codec = new Http1Codec(32 * 1024, FoldedFields.REJECTED, Duration.ofSeconds(4));
    private final List<String> received = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(codec, new ChannelInboundHandlerAdapter() {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            received.add(text(message));
            ReferenceCountUtil.release(message);
        }
    });

    private static String text(Object message) {
        if (((HttpObject) message).decoderResult().isFailure()) {
            return "broken";
        }
        StringBuilder text = new StringBuilder();
        if (message instanceof HttpResponse head) {
            text.append(head.status().code()).append(' ').append(head.headers().entries());
        }
        if (message instanceof HttpContent content) {
            text.append('<')
                    .append(content.content().toString(ISO_8859_1))
                    .append(message instanceof LastHttpContent ? ">." : ">");
        }
        return text.toString();
    }

    CodecConnection request(HttpMethod method) {
        var unused = channel.writeOutbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, "/"));
        return this;
    }

    CodecConnection request() {
        return request(HttpMethod.GET);
    }

    /** Sends a request without its body. */
    CodecConnection requestHead() {
        var unused = channel.writeOutbound(new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/"));
        return this;
    }

    CodecConnection requestEnd() {
        var unused = channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);
        return this;
    }

    /** Reads each piece separately. */
    CodecConnection reads(String... pieces) {
        for (String piece : pieces) {
            var unused = readsTogether(piece);
        }
        return this;
    }

    /** Reads several pieces in one read, as TLS does. */
    CodecConnection readsTogether(String... pieces) {
        if (isOpen()) {
            for (String piece : pieces) {
                channel.pipeline().fireChannelRead(bytes(piece));
            }
            channel.pipeline().fireChannelReadComplete();
        }
        return this;
    }

    CodecConnection serverCloses() {
        var unused = channel.close();
        return this;
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, ISO_8859_1);
    }

    /** Returns the messages since the last call. */
    List<String> received() {
        List<String> now = List.copyOf(received);
        received.clear();
        return now;
    }

    boolean isOpen() {
        channel.runPendingTasks();
        return channel.isOpen();
    }

    boolean isReusable() {
        return isOpen() && codec.isReusable();
    }

    void after(Duration time) {
        channel.advanceTimeBy(time.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @Override
    public void close() {
        var unused = channel.finishAndReleaseAll();
    }
}

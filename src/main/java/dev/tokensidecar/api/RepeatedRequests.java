package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokensidecar.ingress.ConnectionTable;
import dev.tokensidecar.ingress.Guard;
import dev.tokensidecar.token.CallerListener;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one connection: a request that comes again on it, byte for byte and alone, is answered without being read
 * again. What such bytes mean was found out by those whose task that is: {@link Guard} has let them in, the decoder has
 * seen one whole request in them, and {@link FastPath} has answered. Here nothing is parsed; all that is asked is
 * whether the token is still fresh.
 *
 * <p>It forgets at the first byte that is different, and when the answer changes, which is each second: so whoever watches
 * how long a connection is idle sees that it is not.
 */
final class RepeatedRequests extends ChannelInboundHandlerAdapter {

    private static final String NAME = "repeated-questions";
    private static final int LONGEST = 2048;
    private static final byte[] END = "\r\n\r\n".getBytes(US_ASCII);

    private final BooleanSupplier betweenMessages;

    /** What has arrived and is being handled now; null outside of that, and where it is not known to begin a request. */
    private @Nullable ByteBuf arrived;

    private @Nullable Remembered last;

    /** Whether something is to be flushed at the end of this reading. */
    private boolean answered;

    /** Whether others took part in this reading, and have to hear of its end; it began without this handler. */
    private boolean passedOn = true;

    /** @param betweenMessages whether the next byte that arrives begins a request */
    RepeatedRequests(BooleanSupplier betweenMessages) {
        this.betweenMessages = betweenMessages;
    }

    /** A request as it arrived, whom it asks, and what it got. */
    private record Remembered(ByteBuf question, ConfiguredToken door, TokenResponseBody answer) {

        boolean isAbout(ByteBuf bytes) {
            return bytes.equals(question);
        }

        /** The answer of now; null if it takes a decision. */
        @Nullable TokenResponseBody answerNow() {
            return door.fresh(answer.form(), CallerListener.NONE);
        }
    }

    /** Remembers the request that has just been answered, if what has arrived is that request and nothing else. */
    static void learn(HttpServerRequest request, ConfiguredToken door, TokenResponseBody answer) {
        if (request.version() != HttpVersion.HTTP_1_1
                || !(request.connection() instanceof ConnectionBase connection)
                || !staysOpen(request)) {
            return;
        }
        Channel channel = connection.channel();
        if (channel.pipeline().get(NAME) instanceof RepeatedRequests known) {
            known.learn(request.uri(), request.headers().size(), door, answer);
        } else {
            channel.pipeline().addFirst(NAME, new RepeatedRequests(() -> ConnectionTable.isBetweenMessages(channel)));
        }
    }

    private static boolean staysOpen(HttpServerRequest request) {
        String connection = request.getHeader(HttpHeaders.CONNECTION);
        return connection == null || connection.equalsIgnoreCase("keep-alive");
    }

    /**
     * The same, called while what has arrived is being handled.
     *
     * @param uri the request target
     * @param fields how many lines its header has
     */
    void learn(String uri, int fields, ConfiguredToken door, TokenResponseBody answer) {
        if (arrived != null && isAll(arrived, uri, fields)) {
            last = new Remembered(arrived, door, answer);
        }
    }

    /**
     * Whether the bytes are this request from the first to the last. They end with the end of a header, and hold no other
     * end; they start with its request line, and have as many lines as it has fields: so nothing of it came before.
     */
    private static boolean isAll(ByteBuf bytes, String uri, int fields) {
        byte[] start = ("GET " + uri + " HTTP/1.1\r\n").getBytes(US_ASCII);
        int length = bytes.readableBytes();
        return length > start.length
                && ByteBufUtil.equals(bytes, 0, Unpooled.wrappedBuffer(start), 0, start.length)
                && ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END), bytes) == length - END.length
                && lines(bytes) == fields + 2;
    }

    /** How many lines end, all of them with CR LF and none of them folded (RFC 9112 section 5.2); -1 if one is different. */
    private static int lines(ByteBuf bytes) {
        int lines = 0;
        for (int at = bytes.indexOf(0, bytes.writerIndex(), (byte) '\n');
                at >= 0;
                at = bytes.indexOf(at + 1, bytes.writerIndex(), (byte) '\n')) {
            if (at == 0 || bytes.getByte(at - 1) != '\r' || isFolded(bytes, at + 1)) {
                return -1;
            }
            lines++;
        }
        return lines;
    }

    private static boolean isFolded(ByteBuf bytes, int line) {
        return line < bytes.writerIndex() && (bytes.getByte(line) == ' ' || bytes.getByte(line) == '\t');
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        TokenResponseBody answer = answerTo(bytes, context);
        if (answer == null) {
            last = null;
            passOn(bytes, context);
        } else {
            bytes.release();
            var unused = context.write(answer.whole(context.alloc()), context.voidPromise());
            answered = true;
        }
    }

    /** Null also for a caller that does not read: those who know how to stop reading from it are asked. */
    private @Nullable TokenResponseBody answerTo(ByteBuf bytes, ChannelHandlerContext context) {
        Remembered known = last;
        if (known == null || !known.isAbout(bytes) || !context.channel().isWritable()) {
            return null;
        }
        TokenResponseBody answer = known.answerNow();
        if (!known.answer().equals(answer)) {
            last = null;
        }
        return answer;
    }

    private void passOn(ByteBuf bytes, ChannelHandlerContext context) {
        boolean learnable = bytes.readableBytes() <= LONGEST && betweenMessages.getAsBoolean();
        arrived = learnable ? Unpooled.wrappedBuffer(ByteBufUtil.getBytes(bytes)) : null;
        passedOn = true;
        context.fireChannelRead(bytes);
        arrived = null;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (answered) {
            answered = false;
            context.flush();
        }
        if (passedOn) {
            passedOn = false;
            context.fireChannelReadComplete();
        }
    }
}

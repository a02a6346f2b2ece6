package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokensidecar.token.AccessToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/** An answer with a token as it is sent, good for as long as a second. Two of them are never the same. */
final class TokenResponseBody {

    private final AccessToken token;
    private final long secondsLeft;
    private final TokenMediaType form;
    private final Buffer body;
    private final ByteBuf whole;

    /**
     * Makes an answer.
     *
     * @param secondsLeft what it says is left of the token's life
     * @param body what follows the header
     */
    TokenResponseBody(AccessToken token, long secondsLeft, TokenMediaType form, byte[] body) {
        byte[] header = ("HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-type: " + form.contentType
                        + "\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(US_ASCII);
        this.token = token;
        this.secondsLeft = secondsLeft;
        this.form = form;
        this.body = Buffer.buffer(body);
        this.whole =
                Unpooled.buffer(header.length + body.length).writeBytes(header).writeBytes(body);
    }

    /** Whether it is about this token, and says that so much is left of it. */
    boolean says(AccessToken of, long seconds) {
        return token.equals(of) && secondsLeft == seconds;
    }

    TokenMediaType form() {
        return form;
    }

    Buffer body() {
        return body;
    }

    /** Header and body (RFC 9112 section 2.1), to be sent; the memory is the event loop's own, and comes back to it. */
    ByteBuf whole(ByteBufAllocator allocator) {
        int length = whole.readableBytes();
        return allocator.directBuffer(length).writeBytes(whole, 0, length);
    }

    @Override
    public String toString() {
        return "TokenResponseBody[" + token + "]";
    }
}

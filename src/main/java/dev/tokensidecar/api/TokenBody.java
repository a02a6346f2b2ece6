package dev.tokensidecar.api;

import dev.tokensidecar.token.AccessToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * An answer with a token as it is sent, good for as long as a second.
 *
 * @param token whose it is
 * @param secondsLeft of its life
 * @param body what follows the header
 * @param whole header and body (RFC 9112 section 2.1)
 */
record TokenBody(AccessToken token, long secondsLeft, TokenForm form, Buffer body, ByteBuf whole) {

    static TokenBody of(AccessToken token, long secondsLeft, TokenForm form, byte[] body) {
        String header = "HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-type: " + form.contentType
                + "\r\ncontent-length: " + body.length + "\r\n\r\n";
        ByteBuf whole = Unpooled.wrappedBuffer(header.getBytes(StandardCharsets.US_ASCII), body);
        return new TokenBody(token, secondsLeft, form, Buffer.buffer(body), Unpooled.unreleasableBuffer(whole));
    }

    @Override
    public String toString() {
        return "TokenBody[" + token + "]";
    }
}

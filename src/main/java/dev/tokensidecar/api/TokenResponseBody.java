package dev.tokensidecar.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tokensidecar.token.AccessToken;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

/**
 * A serialized response with a token, valid for at most a second. Compared by identity: {@link RepeatedRequests} relies
 * on each refresh of the cache being a different object.
 */
final class TokenResponseBody {

    private final AccessToken token;
    private final long remainingSeconds;
    private final TokenMediaType mediaType;
    private final Buffer body;
    private final ByteBuf headAndBody;

    /**
     * Serializes the head in front of a serialized body.
     *
     * @param remainingSeconds the remaining lifetime that the body states
     */
    TokenResponseBody(AccessToken token, long remainingSeconds, TokenMediaType mediaType, byte[] body) {
        byte[] head = ("HTTP/1.1 200 OK\r\ncache-control: no-store\r\ncontent-type: " + mediaType.contentType
                        + "\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(US_ASCII);
        this.token = token;
        this.remainingSeconds = remainingSeconds;
        this.mediaType = mediaType;
        this.body = Buffer.buffer(body);
        this.headAndBody =
                Unpooled.buffer(head.length + body.length).writeBytes(head).writeBytes(body);
    }

    /** Whether the response contains this token and states this remaining lifetime. */
    boolean matches(AccessToken other, long seconds) {
        return token.equals(other) && remainingSeconds == seconds;
    }

    TokenMediaType mediaType() {
        return mediaType;
    }

    /** Counts the tokens of this name. */
    long generation() {
        return token.generation();
    }

    Buffer body() {
        return body;
    }

    /** Copies head and body (RFC 9112 section 2.1) into a buffer of the event loop's own pool; sending releases it. */
    ByteBuf copyHeadAndBody(ByteBufAllocator allocator) {
        int length = headAndBody.readableBytes();
        return allocator.directBuffer(length).writeBytes(headAndBody, 0, length);
    }

    @Override
    public String toString() {
        return "TokenResponseBody[" + token + "]";
    }
}

package dev.tokensidecar.egress;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Holds every stream to a {@link FieldLimit}. A field section that is too long is dropped when it is complete: Netty makes
 * its objects, some 2000 at most, but one section after the other, so that there are never more.
 */
final class Http2FieldLimit extends Http2HeadersFilter {

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;

    Http2FieldLimit(Http2Connection connection, Http2FrameListener listener) {
        super(listener);
        this.connection = connection;
        this.key = connection.newKey();
    }

    /** The status is a field here, so that a head without others counts as well. */
    @Override
    boolean passes(int stream, Http2Headers headers, boolean endOfStream) throws Http2Exception {
        try {
            limit(connection.stream(stream)).take(headers.size());
            return true;
        } catch (InvalidAnswerException tooMany) {
            throw Http2Exception.streamError(stream, Http2Error.ENHANCE_YOUR_CALM, tooMany, "too many header fields");
        }
    }

    private FieldLimit limit(Http2Stream stream) {
        FieldLimit limit = stream.getProperty(key);
        if (limit == null) {
            limit = new FieldLimit();
            stream.setProperty(key, limit);
        }
        return limit;
    }
}

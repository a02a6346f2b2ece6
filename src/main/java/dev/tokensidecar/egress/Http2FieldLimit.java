package dev.tokensidecar.egress;

import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Applies a {@link FieldLimit} to every stream. It checks complete field sections. By then Netty has created their
 * objects, but at most about 2,000, and for one section at a time.
 */
final class Http2FieldLimit extends Http2HeadersFilter {

    private final Http2Connection connection;
    private final Http2Connection.PropertyKey key;

    Http2FieldLimit(Http2Connection connection, Http2FrameListener listener) {
        super(listener);
        this.connection = connection;
        this.key = connection.newKey();
    }

    /** The status is a field in HTTP/2, so a section without other fields counts too. */
    @Override
    boolean passes(int stream, Http2Headers headers, boolean endOfStream) throws Http2Exception {
        try {
            limit(connection.stream(stream)).add(headers.size());
            return true;
        } catch (MalformedResponseException tooMany) {
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

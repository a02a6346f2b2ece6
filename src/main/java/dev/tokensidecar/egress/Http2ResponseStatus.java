package dev.tokensidecar.egress;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.regex.Pattern;

/**
 * Judges the status code of a response (RFC 9113 section 8.3.2): rejects one that is not a number from 100 to 999, and skips
 * interim responses other than 100 (section 8.1). HTTP/2 has no 101 (section 8.6).
 */
final class Http2ResponseStatus extends Http2HeadersFilter {

    private static final Pattern STATUS_CODE = Pattern.compile("[1-9][0-9]{2}");

    Http2ResponseStatus(Http2FrameListener listener) {
        super(listener);
    }

    @Override
    boolean passes(int stream, Http2Headers headers, boolean endOfStream) throws Http2Exception {
        CharSequence status = headers.status();
        if (status == null) {
            // A trailer section, or a head that Vert.x rejects.
            return true;
        }
        if (!STATUS_CODE.matcher(status).matches()) {
            throw error(stream, "a status code that does not have three digits");
        }
        if (status.charAt(0) != '1') {
            return true;
        }
        if (endOfStream || HttpResponseStatus.SWITCHING_PROTOCOLS.codeAsText().contentEquals(status)) {
            throw error(stream, "an interim response that HTTP/2 forbids");
        }
        return HttpResponseStatus.CONTINUE.codeAsText().contentEquals(status);
    }

    private static Http2Exception error(int stream, String violation) {
        return Http2Exception.streamError(stream, Http2Error.PROTOCOL_ERROR, violation);
    }
}

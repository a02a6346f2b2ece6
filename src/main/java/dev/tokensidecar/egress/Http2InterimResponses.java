package dev.tokensidecar.egress;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2Headers;

/** Skips interim responses other than 100 (RFC 9113 section 8.1). HTTP/2 has no 101 (section 8.6). */
final class Http2InterimResponses extends Http2HeadersFilter {

    Http2InterimResponses(Http2FrameListener listener) {
        super(listener);
    }

    @Override
    boolean passes(int stream, Http2Headers headers, boolean endOfStream) throws Http2Exception {
        CharSequence status = headers.status();
        if (status == null || status.length() != 3 || status.charAt(0) != '1') {
            return true;
        }
        if (endOfStream || HttpResponseStatus.SWITCHING_PROTOCOLS.codeAsText().contentEquals(status)) {
            throw Http2Exception.streamError(
                    stream, Http2Error.PROTOCOL_ERROR, "an interim response that HTTP/2 forbids");
        }
        return HttpResponseStatus.CONTINUE.codeAsText().contentEquals(status);
    }
}

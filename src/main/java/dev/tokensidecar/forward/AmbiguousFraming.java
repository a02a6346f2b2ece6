package dev.tokensidecar.forward;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** What two servers in a row may read differently (RFC 9112 sections 3.2 and 6.1), so that nobody here reads it at all. */
final class AmbiguousFraming {

    private static final int BAD_REQUEST = 400;

    private AmbiguousFraming() {}

    /** Whether it is clear where the request goes to and where it ends. Two lengths are refused before, by Netty. */
    static boolean isClear(HttpServerRequest request) {
        List<String> encodings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean clearEnd = encodings.isEmpty() || (encodings.size() == 1 && isChunked(encodings.getFirst()));
        return request.uri().startsWith("/") && request.headers().contains(HttpHeaders.HOST) && clearEnd;
    }

    private static boolean isChunked(String encoding) {
        return "chunked".equalsIgnoreCase(encoding.strip());
    }

    /** Whatever follows on this connection is not to be trusted. */
    static void refuse(HttpServerRequest request) {
        request.response()
                .setStatusCode(BAD_REQUEST)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end()
                .onComplete(sent -> request.connection().close());
    }
}

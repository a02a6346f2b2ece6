package dev.tokensidecar.forward;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/**
 * Detects and rejects requests whose framing two servers in a row may read differently (RFC 9112 sections 3.2 and 6.1).
 */
final class AmbiguousFraming {

    private static final int BAD_REQUEST = 400;

    private AmbiguousFraming() {}

    /** Whether target and end of the request are unambiguous. Netty has already rejected requests with two lengths. */
    static boolean isUnambiguous(HttpServerRequest request) {
        List<String> encodings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean unambiguousEnd = encodings.isEmpty() || (encodings.size() == 1 && isChunked(encodings.getFirst()));
        return request.uri().startsWith("/") && request.headers().contains(HttpHeaders.HOST) && unambiguousEnd;
    }

    private static boolean isChunked(String encoding) {
        return "chunked".equalsIgnoreCase(encoding.strip());
    }

    /** Rejects the request and closes the connection: what follows on it cannot be trusted. */
    static void reject(HttpServerRequest request) {
        request.response()
                .setStatusCode(BAD_REQUEST)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .end()
                .onComplete(sent -> request.connection().close());
    }
}

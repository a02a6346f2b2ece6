package dev.tokensidecar.ingress;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/**
 * Handles a request body that nobody reads: without reading it, the next request on the connection cannot be reached.
 */
final class UnreadBody {

    private UnreadBody() {}

    /** Whether one of the two header fields that announce a body is present (RFC 9112 section 6.3). */
    static boolean isAnnounced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /** Closes the connection once the response is sent. */
    static void closeAfter(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused =
                context.addEndHandler(sent -> context.request().connection().close());
    }
}

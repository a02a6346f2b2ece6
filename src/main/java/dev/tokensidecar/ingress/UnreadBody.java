package dev.tokensidecar.ingress;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** The body of a request that nobody will read: what follows it on the connection cannot be reached without reading it. */
final class UnreadBody {

    private UnreadBody() {}

    /** RFC 9112 section 6.3: only these two announce a body. */
    static boolean isAnnounced(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /** Closes the connection when the response is sent. */
    static void closeAfter(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused =
                context.addEndHandler(sent -> context.request().connection().close());
    }
}

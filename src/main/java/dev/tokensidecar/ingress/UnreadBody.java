package dev.tokensidecar.ingress;

import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Handles a request body that nobody reads: without reading it, the next request on the connection cannot be reached.
 */
public final class UnreadBody {

    private UnreadBody() {}

    /** Whether one of the two header fields that announce a body is present (RFC 9112 section 6.3). */
    public static boolean isAnnounced(HttpServerRequest request) {
        return isAnnounced(
                request.getHeader(HttpHeaders.TRANSFER_ENCODING), request.getHeader(HttpHeaders.CONTENT_LENGTH));
    }

    /** The same for an unchecked request, whose length may not be a number. */
    static boolean isAnnounced(HttpRequest request) {
        return isAnnounced(
                request.headers().get(HttpHeaders.TRANSFER_ENCODING),
                request.headers().get(HttpHeaders.CONTENT_LENGTH));
    }

    private static boolean isAnnounced(@Nullable String transferEncoding, @Nullable String length) {
        return transferEncoding != null || (length != null && !length.equals("0"));
    }

    /** Closes the connection once the response is sent. */
    static void closeAfter(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused =
                context.addEndHandler(sent -> context.request().connection().close());
    }
}

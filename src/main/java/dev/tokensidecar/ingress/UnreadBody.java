package dev.tokensidecar.ingress;

import io.netty.handler.codec.http.HttpRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The body of a request that nobody will read: what follows it on the connection cannot be reached without reading it. */
public final class UnreadBody {

    private UnreadBody() {}

    /** RFC 9112 section 6.3: only these two announce a body. */
    public static boolean isAnnounced(HttpServerRequest request) {
        return isAnnounced(
                request.getHeader(HttpHeaders.TRANSFER_ENCODING), request.getHeader(HttpHeaders.CONTENT_LENGTH));
    }

    /** The same for a request that nobody has checked: its length need not be a number. */
    static boolean isAnnounced(HttpRequest request) {
        return isAnnounced(
                request.headers().get(HttpHeaders.TRANSFER_ENCODING),
                request.headers().get(HttpHeaders.CONTENT_LENGTH));
    }

    private static boolean isAnnounced(@Nullable String transferEncoding, @Nullable String length) {
        return transferEncoding != null || (length != null && !length.equals("0"));
    }

    /** Closes the connection when the response is sent. */
    static void closeAfter(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused =
                context.addEndHandler(sent -> context.request().connection().close());
    }
}

package dev.tokensidecar.ingress;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Keeps all bodies except forms out of the token interface. Rejects uploads, because the framework would write them to
 * disk, and closes the connection after a request that has a body and is not a POST, instead of reading the body.
 */
public final class FormsOnly implements Handler<RoutingContext> {

    private static final String UPLOAD = "multipart/";

    private final ProblemResponder problems;

    public FormsOnly(ProblemResponder problems) {
        this.problems = problems;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean body = UnreadBody.isAnnounced(request);
        if (body && isUpload(request)) {
            UnreadBody.closeAfter(context);
            problems.send(
                    context,
                    ProblemResponse.of(
                            ProblemKind.UNSUPPORTED_MEDIA_TYPE, "send a form as application/x-www-form-urlencoded"));
            return;
        }
        if (body && !request.method().equals(HttpMethod.POST)) {
            UnreadBody.closeAfter(context);
        }
        context.next();
    }

    private static boolean isUpload(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(UPLOAD);
    }
}

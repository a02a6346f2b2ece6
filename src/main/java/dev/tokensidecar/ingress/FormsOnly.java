package dev.tokensidecar.ingress;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/**
 * Keeps bodies out of the token interface, but for forms: an upload is refused, since the framework would write it to a
 * disk, and the body of any other request is not read.
 */
public final class FormsOnly implements Handler<RoutingContext> {

    private static final String UPLOAD = "multipart/";

    private final ProblemResponder refusals;

    public FormsOnly(ObjectMapper json) {
        this.refusals = new ProblemResponder(json);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean body = UnreadBody.isAnnounced(request);
        if (body && isUpload(request)) {
            UnreadBody.closeAfter(context);
            refusals.send(
                    context,
                    ProblemResponse.of(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "send a form as application/x-www-form-urlencoded"));
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

package dev.tokensidecar.ingress;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.Locale;

/**
 * Reads a form and rejects it if a percent sign does not begin an escape, or if it has too many fields. Quarkus would never
 * respond to the former, and would log a part of it, which may be a credential; it takes the latter for a defect.
 */
public final class WellFormedForm implements Handler<RoutingContext> {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String CONTINUE = "100-continue";
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_FIELDS = 100;
    private static final int TOO_LARGE = 413;

    private final ProblemResponder problems;

    public WellFormedForm(ProblemResponder problems) {
        this.problems = problems;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isForm(request)) {
            context.next();
            return;
        }
        if (CONTINUE.equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            context.response().writeContinue();
        }
        Buffer form = Buffer.buffer();
        request.handler(part -> read(context, form, part))
                .endHandler(end -> judge(context, form))
                .resume();
    }

    private static boolean isForm(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null
                && request.method().equals(HttpMethod.POST)
                && UnreadBody.isAnnounced(request)
                && type.strip().toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    private static void read(RoutingContext context, Buffer form, Buffer part) {
        if (form.length() + part.length() <= MAX_BYTES) {
            form.appendBuffer(part);
        } else if (!context.response().ended()) {
            UnreadBody.closeAfter(context);
            var unused = context.response().setStatusCode(TOO_LARGE).end();
        }
    }

    private void judge(RoutingContext context, Buffer form) {
        if (context.response().ended()) {
            return;
        }
        String text = form.toString(ISO_8859_1);
        if (!PercentEncoding.isWellFormed(text)) {
            reject(context, "the form has a % that does not begin an escape %XX: encode it as %25");
        } else if (text.chars().filter(character -> character == '&').count() >= MAX_FIELDS) {
            reject(context, "the form has more than " + MAX_FIELDS + " fields");
        } else {
            ((RoutingContextInternal) context).setBody(form);
            context.next();
        }
    }

    private void reject(RoutingContext context, String detail) {
        problems.send(context, ProblemResponse.of(ProblemKind.INVALID_REQUEST, detail));
    }
}

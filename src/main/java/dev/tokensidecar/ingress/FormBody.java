package dev.tokensidecar.ingress;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Reads the form that {@link WellFormedForm} has checked. */
public final class FormBody {

    private static final int MAX_PARAMETERS = 1024;

    private FormBody() {}

    /** Returns all values by name; empty without a form. */
    public static Map<String, List<String>> parameters(RoutingContext context) {
        Buffer form = context.body().buffer();
        return form == null ? Map.of() : parameters(form);
    }

    /** A {@code #} is a character like any other; Netty would end the form there, as it ends a query. */
    static Map<String, List<String>> parameters(Buffer form) {
        String text = form.toString(StandardCharsets.UTF_8).replace("#", "%23");
        return new QueryStringDecoder(text, StandardCharsets.UTF_8, false, MAX_PARAMETERS, true).parameters();
    }

    static List<String> values(RoutingContext context, String name) {
        return parameters(context).getOrDefault(name, List.of());
    }
}

package dev.tokensidecar.ingress;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Refuses what a listener does not serve before anything of it is read: other paths and methods, and bodies. */
public final class ServedRequests implements Handler<RoutingContext> {

    private static final String UPLOAD = "multipart/";

    private final Predicate<String> paths;
    private final Set<HttpMethod> methods;
    private final boolean forms;
    private final Refusals refusals;

    private ServedRequests(Predicate<String> paths, Set<HttpMethod> methods, boolean forms, ObjectMapper json) {
        this.paths = paths;
        this.methods = methods;
        this.forms = forms;
        this.refusals = new Refusals(json);
    }

    /** Reads of these paths, and nothing else. */
    public static ServedRequests readOnly(Set<String> paths, ObjectMapper json) {
        return new ServedRequests(paths::contains, Set.of(HttpMethod.GET, HttpMethod.HEAD), false, json);
    }

    /**
     * Any path, since the framework answers for those that do not exist, and forms, whose size it limits, but no uploads,
     * which it would write to a disk.
     */
    public static ServedRequests withForms(ObjectMapper json) {
        return new ServedRequests(
                path -> true, Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.POST), true, json);
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        Refusal refusal = refusal(request);
        if (refusal == null) {
            context.next();
            return;
        }
        if (refusal.kind() == ProblemKind.METHOD_NOT_ALLOWED) {
            context.response().putHeader(HttpHeaders.ALLOW, allowed());
        }
        if (hasBody(request)) {
            closeUnread(context);
        }
        refusals.send(context, refusal);
    }

    private @Nullable Refusal refusal(HttpServerRequest request) {
        if (!paths.test(request.path())) {
            return Refusal.of(ProblemKind.NOT_FOUND, ProblemKind.NOT_FOUND.title);
        }
        if (!methods.contains(request.method())) {
            return Refusal.of(ProblemKind.METHOD_NOT_ALLOWED, ProblemKind.METHOD_NOT_ALLOWED.title);
        }
        return hasBody(request) ? bodyRefusal(request) : null;
    }

    private @Nullable Refusal bodyRefusal(HttpServerRequest request) {
        if (!forms || !request.method().equals(HttpMethod.POST)) {
            return Refusal.of(ProblemKind.INVALID_REQUEST, "this request takes no body");
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.strip().toLowerCase(Locale.ROOT).startsWith(UPLOAD)
                ? Refusal.of(ProblemKind.UNSUPPORTED_MEDIA_TYPE, "send a form as application/x-www-form-urlencoded")
                : null;
    }

    private String allowed() {
        return String.join(", ", methods.stream().map(HttpMethod::name).sorted().toList());
    }

    /** RFC 9112 section 6.3: only these two announce a body. */
    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /** Nobody will read the body, so nothing that follows on this connection can be understood. */
    private static void closeUnread(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        var unused =
                context.addEndHandler(sent -> context.request().connection().close());
    }
}

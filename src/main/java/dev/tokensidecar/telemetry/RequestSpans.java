package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenServices;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Starts a span for each request to {@code /token} and {@code /tokens}, below the span in the caller's {@code traceparent}
 * header (W3C Trace Context). The span contains nothing else that a caller sent: a query names a token by its hash, and a
 * path can contain anything.
 */
public final class RequestSpans implements Handler<RoutingContext>, Function<RoutingContext, CallerListener> {

    private static final String KEY = RequestSpans.class.getName();
    private static final Pattern PATH = Pattern.compile("/(?:token|tokens/([^/]+))(/rejected)?/?");
    private static final Set<HttpMethod> METHODS = Set.copyOf(HttpMethod.values());

    private static final TextMapGetter<HttpServerRequest> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(HttpServerRequest request) {
            return request.headers().names();
        }

        @Override
        public @Nullable String get(@Nullable HttpServerRequest request, String name) {
            return request == null ? null : request.getHeader(name);
        }
    };

    private final Tracer tracer;
    private final Supplier<Set<String>> names;

    /** @param names supplies the configured names of all tokens; called when a request arrives, not before */
    public RequestSpans(Tracer tracer, Supplier<Set<String>> names) {
        this.tracer = tracer;
        this.names = names;
    }

    @Override
    public void handle(RoutingContext context) {
        Matcher path = PATH.matcher(context.normalizedPath());
        if (path.matches()) {
            RequestSpan request = new RequestSpan(start(context.request(), path));
            context.put(KEY, request);
            context.addEndHandler(end -> {
                // an HTTP/2 stream may close before the end handler runs
                if (end.succeeded() || context.response().ended()) {
                    request.responseWritten(context.response().getStatusCode());
                } else {
                    request.disconnected();
                }
            });
        }
        context.next();
    }

    /** Returns the listener that adds the outcome of this request to its span. */
    @Override
    public CallerListener apply(RoutingContext context) {
        RequestSpan request = context.get(KEY);
        return request == null ? CallerListener.NONE : request;
    }

    private Span start(HttpServerRequest request, Matcher path) {
        String name = path.group(1);
        String route = (name == null ? "/token" : "/tokens/{name}") + (path.group(2) == null ? "" : path.group(2));
        boolean known = METHODS.contains(request.method());
        SpanBuilder span = tracer.spanBuilder((known ? request.method().name() : "HTTP") + " " + route)
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent(request))
                .setAttribute(SpanAttributes.METHOD, known ? request.method().name() : "_OTHER")
                .setAttribute(SpanAttributes.ROUTE, route);
        String token = name == null ? TokenServices.DEFAULT : name;
        if (names.get().contains(token)) {
            span.setAttribute(SpanAttributes.TOKEN, token);
        }
        return span.startSpan();
    }

    /** Takes trace id, span id and flags from the caller, but not the free text of {@code tracestate}. */
    private static Context parent(HttpServerRequest request) {
        Context sent = W3CTraceContextPropagator.getInstance().extract(Context.root(), request, HEADERS);
        SpanContext caller = Span.fromContext(sent).getSpanContext();
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        caller.getTraceId(), caller.getSpanId(), caller.getTraceFlags(), TraceState.getDefault())));
    }
}

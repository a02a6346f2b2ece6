package dev.tokensidecar.testing.quarkus;

import io.quarkus.arc.Arc;
import io.quarkus.vertx.VertxOptionsCustomizer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.VertxTracerFactory;
import io.vertx.core.spi.tracing.SpanKind;
import io.vertx.core.spi.tracing.TagExtractor;
import io.vertx.core.spi.tracing.VertxTracer;
import io.vertx.core.tracing.TracingOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Instruments the Vert.x of the application: checks every 10 ms whether an event loop is blocked, marks the context of each
 * caller, and records the context of each request to the authorization server.
 */
@Singleton
public class InstrumentedVertx implements VertxOptionsCustomizer {

    private static final String MARK = "caller";

    /**
     * The context that a request was sent from.
     *
     * @param marked whether it is the context of a caller
     * @param requestScope whether a request scope is active
     */
    public record RequestOrigin(boolean marked, boolean requestScope) {}

    private final Queue<RequestOrigin> origins = new ConcurrentLinkedQueue<>();

    /** Sets a tracer, because only a tracer sees the context of a request, and Quarkus offers no other way to set one. */
    @Override
    @SuppressWarnings("deprecation")
    public void accept(VertxOptions options) {
        options.setBlockedThreadCheckInterval(10);
        VertxTracerFactory factory = unused -> new Tracer();
        options.setTracingOptions(new TracingOptions().setFactory(factory));
    }

    void mark(@Observes Filters filters) {
        filters.register(
                exchange -> {
                    Objects.requireNonNull(Vertx.currentContext()).putLocal(MARK, true);
                    exchange.next();
                },
                2000);
    }

    /** Returns the contexts of all requests so far. */
    public List<RequestOrigin> origins() {
        return List.copyOf(origins);
    }

    /** Records a request from this context. */
    public void record(Context context) {
        boolean marked = VertxContext.isDuplicatedContext(context) && context.getLocal(MARK) != null;
        origins.add(new RequestOrigin(marked, Arc.container().requestContext().isActive()));
    }

    private final class Tracer implements VertxTracer<Object, Object> {
        @Override
        public <R> @Nullable Object sendRequest(
                Context context,
                SpanKind kind,
                TracingPolicy policy,
                R request,
                String operation,
                BiConsumer<String, String> headers,
                TagExtractor<R> tagExtractor) {
            record(context);
            return null;
        }
    }
}

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
 * Vert.x as the application gets it, under observation: looks every 10 ms whether an event loop is blocked, marks the
 * context of each caller, and notes where requests to the authorization server are sent from.
 */
@Singleton
public class InstrumentedVertx implements VertxOptionsCustomizer {

    private static final String MARK = "caller";

    /**
     * Where a request was sent from.
     *
     * @param marked whether that context is one of a caller
     * @param requestScope whether a request scope is active there
     */
    public record Departure(boolean marked, boolean requestScope) {}

    private final Queue<Departure> departures = new ConcurrentLinkedQueue<>();

    /** The tracer is the only witness of the context that a request is sent from, and Quarkus leaves no other way to set it. */
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

    /** Every request that the application sent so far. */
    public List<Departure> departures() {
        return List.copyOf(departures);
    }

    /** Notes a departure from here. */
    public void note(Context context) {
        boolean marked = VertxContext.isDuplicatedContext(context) && context.getLocal(MARK) != null;
        departures.add(new Departure(marked, Arc.container().requestContext().isActive()));
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
            note(context);
            return null;
        }
    }
}

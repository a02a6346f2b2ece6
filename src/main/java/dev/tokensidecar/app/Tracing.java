package dev.tokensidecar.app;

import dev.tokensidecar.config.SidecarSettings;
import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.telemetry.ExchangeSpans;
import dev.tokensidecar.telemetry.RefreshSpans;
import dev.tokensidecar.telemetry.RequestSpans;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.TokenListener;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Creates spans if tracing is on. Registers no filter and no listener if it is off. */
@Singleton
final class Tracing {

    private static final TokenListener NO_SPANS = new TokenListener() {};

    private static final ExchangeListener NO_EXCHANGE_SPANS = new ExchangeListener() {};

    private final @Nullable Tracer tracer;
    private final @Nullable RequestSpans requests;

    Tracing(
            OpenTelemetry openTelemetry,
            Instance<SidecarSettings> settings,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled") boolean off) {
        this.tracer = off ? null : openTelemetry.getTracer("token-sidecar");
        this.requests = tracer == null
                ? null
                : new RequestSpans(tracer, () -> settings.get().tokens().keySet());
    }

    /** Returns the listener that creates spans for the refreshes of a token. */
    TokenListener refreshes(String token) {
        return tracer == null ? NO_SPANS : new RefreshSpans(tracer, token);
    }

    /** Returns the listener that creates spans for the exchanges of a token. */
    ExchangeListener exchanges(String token) {
        return tracer == null ? NO_EXCHANGE_SPANS : new ExchangeSpans(tracer, token);
    }

    void requests(@Observes Filters filters) {
        if (requests != null) {
            // behind the guard: rejected requests have no span
            filters.register(requests, Lifecycle.SPAN_PRIORITY);
        }
    }

    /** Returns, for each request, the listener that adds the outcome to the span. */
    @Produces
    @Singleton
    Function<RoutingContext, CallerListener> callers() {
        return requests == null ? request -> CallerListener.NONE : requests;
    }
}

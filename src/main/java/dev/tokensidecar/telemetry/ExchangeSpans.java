package dev.tokensidecar.telemetry;

import dev.tokensidecar.exchange.ExchangeListener;
import dev.tokensidecar.exchange.ExchangeObserver;
import dev.tokensidecar.token.RefreshFailure;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;

/**
 * Starts a span for each request that exchanges the token of a user, however many callers wait for it. Like that of a refresh,
 * the span has no parent. It says nothing about the user.
 */
public final class ExchangeSpans implements ExchangeListener {

    private static final String NAME = "token exchange";

    private final Tracer tracer;
    private final String token;

    /** @param token the configured name of the token */
    public ExchangeSpans(Tracer tracer, String token) {
        this.tracer = tracer;
        this.token = token;
    }

    @Override
    public ExchangeObserver exchangeStarting() {
        Span span = tracer.spanBuilder(NAME)
                .setNoParent()
                .setAttribute(SpanAttributes.TOKEN, token)
                .startSpan();
        return new ExchangeObserver() {
            @Override
            public void succeeded(Duration duration) {
                span.setAttribute(SpanAttributes.OUTCOME, ExchangeMetrics.SUCCESS)
                        .end();
            }

            @Override
            public void failed(RefreshFailure failure, Duration duration) {
                span.setAttribute(SpanAttributes.OUTCOME, ExchangeMetrics.outcome(failure))
                        .setAttribute(SpanAttributes.ERROR, failure.error())
                        .setStatus(StatusCode.ERROR, failure.error())
                        .end();
            }
        };
    }
}

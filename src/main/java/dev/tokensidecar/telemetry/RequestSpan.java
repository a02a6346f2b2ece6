package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.CallerListener;
import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.TokenException;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;

/** The span of one caller's request, linked to the refresh that it started or waited for. */
record RequestSpan(Span span) implements CallerListener {

    private static final int SERVER_ERROR = 500;

    @Override
    public void joins(RefreshObserver refresh) {
        RefreshObserver observer =
                refresh instanceof CompositeTokenListener.ObservedRefresh observed ? observed.span() : refresh;
        if (observer instanceof RefreshSpan joined) {
            span.addLink(joined.span().getSpanContext());
        }
    }

    @Override
    public void served(AccessToken token) {
        record("served", Duration.ZERO);
        span.setAttribute(SpanAttributes.GENERATION, token.generation());
    }

    @Override
    public void servedAfter(AccessToken token, Duration wait) {
        record("served_after_wait", wait);
        span.setAttribute(SpanAttributes.GENERATION, token.generation());
    }

    @Override
    public void failed(TokenException reason, Duration wait) {
        record(reason.code(), wait);
    }

    private void record(String outcome, Duration wait) {
        span.setAttribute(SpanAttributes.OUTCOME, outcome).setAttribute(SpanAttributes.WAITED_MS, wait.toMillis());
    }

    /** Ends the span after the response has been written. */
    void responseWritten(int status) {
        span.setAttribute(SpanAttributes.STATUS, status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** Ends the span of a caller that disconnected before it got a response. */
    void disconnected() {
        span.setAttribute(SpanAttributes.OUTCOME, "cancelled").end();
    }
}

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
        tell("served", Duration.ZERO);
        span.setAttribute(SpanAttributes.GENERATION, token.generation());
    }

    @Override
    public void servedAfter(AccessToken token, Duration wait) {
        tell("served_after_wait", wait);
        span.setAttribute(SpanAttributes.GENERATION, token.generation());
    }

    @Override
    public void failed(TokenException reason, Duration wait) {
        tell(reason.code(), wait);
    }

    private void tell(String outcome, Duration wait) {
        span.setAttribute(SpanAttributes.OUTCOME, outcome).setAttribute(SpanAttributes.WAITED_MS, wait.toMillis());
    }

    /** The answer is out. */
    void answered(int status) {
        span.setAttribute(SpanAttributes.STATUS, status);
        if (status >= SERVER_ERROR) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end();
    }

    /** The caller went away before there was an answer. */
    void left() {
        span.setAttribute(SpanAttributes.OUTCOME, "cancelled").end();
    }
}

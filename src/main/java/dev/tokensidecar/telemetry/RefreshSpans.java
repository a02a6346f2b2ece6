package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.TokenListener;
import io.opentelemetry.api.trace.Tracer;

/**
 * Starts a span for each refresh of one token. The span belongs to no caller, so it has no parent; the spans of the callers
 * that started the refresh or waited for it link to it.
 */
public final class RefreshSpans implements TokenListener {

    private static final String NAME = "token refresh";

    private final Tracer tracer;
    private final String token;

    /** @param token the configured name of the token */
    public RefreshSpans(Tracer tracer, String token) {
        this.tracer = tracer;
        this.token = token;
    }

    @Override
    public RefreshObserver refreshStarting(RefreshReason reason) {
        return new RefreshSpan(tracer.spanBuilder(NAME)
                .setNoParent()
                .setAttribute(SpanAttributes.TOKEN, token)
                .setAttribute(SpanAttributes.REASON, reason.label())
                .startSpan());
    }
}

package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.time.Duration;

/** The span of one refresh. A failure appears with its error code only: text from a server stays in the log. */
record RefreshSpan(Span span) implements RefreshObserver {

    @Override
    public void succeeded(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
        end(LastRefresh.SUCCESS, token);
    }

    @Override
    public void adopted(LastRefresh refresh, AccessToken token) {
        end(LastRefresh.ADOPTED, token);
    }

    private void end(String outcome, AccessToken token) {
        span.setAttribute(SpanAttributes.OUTCOME, outcome)
                .setAttribute(SpanAttributes.GENERATION, token.generation())
                .end();
    }

    @Override
    public void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        span.setAttribute(SpanAttributes.OUTCOME, failure.code())
                .setAttribute(SpanAttributes.ERROR, failure.error())
                .setAttribute(SpanAttributes.RETRY_IN_MS, pause.toMillis())
                .setAttribute(SpanAttributes.TOKEN_STILL_USABLE, tokenStillUsable)
                .setStatus(StatusCode.ERROR, failure.error())
                .end();
    }
}

package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.Claim;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenListener;
import java.time.Duration;
import java.time.Instant;

/**
 * Passes on the events of one token: those of callers to the metrics, those of the store to the log, those of other
 * processes to metrics, log, history and the pod's events, and those of refreshes to all.
 */
public record CompositeTokenListener(
        TokenMetrics metrics, RefreshLog log, TokenListener spans, TokenListener events, TokenListener history)
        implements TokenListener {

    /** Passes the result of one refresh to all. */
    record ObservedRefresh(
            TokenMetrics metrics, RefreshLog log, RefreshObserver span, RefreshObserver event, RefreshObserver history)
            implements RefreshObserver {

        @Override
        public void succeeded(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
            metrics.succeeded(refresh, token, refreshTokenPersisted);
            log.succeeded(refresh, token, refreshTokenPersisted);
            span.succeeded(refresh, token, refreshTokenPersisted);
            event.succeeded(refresh, token, refreshTokenPersisted);
            history.succeeded(refresh, token, refreshTokenPersisted);
        }

        @Override
        public void adopted(LastRefresh refresh, AccessToken token) {
            metrics.adopted(refresh, token);
            log.adopted(refresh, token);
            span.adopted(refresh, token);
            event.adopted(refresh, token);
            history.adopted(refresh, token);
        }

        @Override
        public void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
            metrics.failed(refresh, failure, pause, tokenStillUsable);
            log.failed(refresh, failure, pause, tokenStillUsable);
            span.failed(refresh, failure, pause, tokenStillUsable);
            event.failed(refresh, failure, pause, tokenStillUsable);
            history.failed(refresh, failure, pause, tokenStillUsable);
        }
    }

    @Override
    public RefreshObserver refreshStarting(RefreshReason reason) {
        return new ObservedRefresh(
                metrics,
                log,
                spans.refreshStarting(reason),
                events.refreshStarting(reason),
                history.refreshStarting(reason));
    }

    @Override
    public void served() {
        metrics.served();
    }

    @Override
    public void servedAfter(Duration wait) {
        metrics.servedAfter(wait);
    }

    @Override
    public void failed(TokenException reason, Duration wait) {
        metrics.failed(reason, wait);
    }

    @Override
    public void cancelled(Duration wait) {
        metrics.cancelled(wait);
    }

    @Override
    public void coalesced() {
        metrics.coalesced();
    }

    @Override
    public void rejectionReported(Rejection outcome) {
        metrics.rejectionReported(outcome);
    }

    @Override
    public void adopted(AccessToken token) {
        metrics.adopted(token);
        log.adopted(token);
        events.adopted(token);
        history.adopted(token);
    }

    @Override
    public void claimed(boolean won) {
        metrics.claimed(won);
        log.claimed(won);
    }

    @Override
    public void takingOver(Claim claim) {
        metrics.takingOver(claim);
        log.takingOver(claim);
    }

    @Override
    public void attemptInDoubt(Instant since) {
        log.attemptInDoubt(since);
    }

    @Override
    public void presentingNextRefreshToken() {
        log.presentingNextRefreshToken();
    }

    @Override
    public void superseded() {
        log.superseded();
    }

    @Override
    public void storeFailed(StoreFailure failure) {
        log.storeFailed(failure);
    }

    @Override
    public void storeRecovered(StoreProblem from) {
        log.storeRecovered(from);
    }

    @Override
    public void savedLate() {
        log.savedLate();
    }
}

package dev.tokensidecar.telemetry;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.FlightListener;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenListener;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;

/**
 * Meters, log, spans and token file as one listener: the meters hear everything, the log what happens to refreshes, the
 * spans that one starts, the file which token there is.
 */
public record CompositeTokenListener(TokenMetrics metrics, RefreshLog log, TokenListener spans, TokenListener file)
        implements TokenListener {

    @Override
    public FlightListener flight(RefreshReason reason) {
        return spans.flight(reason);
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
    public void refused(TokenException why, Duration wait) {
        metrics.refused(why, wait);
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
    public void refreshed(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
        file.refreshed(refresh, token, refreshTokenPersisted);
        metrics.refreshed(refresh, token, refreshTokenPersisted);
        log.refreshed(refresh, token, refreshTokenPersisted);
    }

    @Override
    public void refreshFailed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        metrics.refreshFailed(refresh, failure, pause, tokenStillUsable);
        log.refreshFailed(refresh, failure, pause, tokenStillUsable);
    }

    @Override
    public void inDoubt(Instant since) {
        log.inDoubt(since);
    }

    @Override
    public void anotherRefreshToken() {
        log.anotherRefreshToken();
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
    public void saved() {
        log.saved();
    }

    @Override
    public Uni<Void> stopped() {
        return file.stopped();
    }
}

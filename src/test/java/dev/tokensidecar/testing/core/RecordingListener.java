package dev.tokensidecar.testing.core;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.AccessTokenPublisher;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Records every event as a short text. */
public final class RecordingListener implements TokenListener, RefreshObserver, AccessTokenPublisher.Listener {

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    public List<String> events() {
        return events;
    }

    @Override
    public RefreshObserver refreshStarting(RefreshReason reason) {
        return this;
    }

    @Override
    public void succeeded(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
        events.add("refreshed " + refresh.reason() + (refreshTokenPersisted ? "" : " unsaved"));
    }

    @Override
    public void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        events.add("failed " + refresh.reason() + " " + failure.error() + (tokenStillUsable ? " still usable" : ""));
    }

    @Override
    public void served() {
        events.add("served");
    }

    @Override
    public void servedAfter(Duration wait) {
        events.add("served after wait");
    }

    @Override
    public void failed(TokenException reason, Duration wait) {
        events.add("refused " + reason.getClass().getSimpleName());
    }

    @Override
    public void cancelled(Duration wait) {
        events.add("cancelled");
    }

    @Override
    public void coalesced() {
        events.add("coalesced");
    }

    @Override
    public void rejectionReported(Rejection outcome) {
        events.add("rejection " + outcome);
    }

    @Override
    public void adopted(AccessToken token) {
        events.add("adopted");
    }

    @Override
    public void adopted(LastRefresh refresh, AccessToken token) {
        events.add("adopted " + refresh.reason());
    }

    /** A claim that was won is part of each refresh, so it is no event of its own. */
    @Override
    public void claimed(boolean won) {
        if (!won) {
            events.add("claim lost");
        }
    }

    @Override
    public void takingOver(Claim claim) {
        events.add("taking over from " + claim.holder().name());
    }

    @Override
    public void attemptInDoubt(Instant since) {
        events.add("in doubt since " + since);
    }

    @Override
    public void presentingNextRefreshToken() {
        events.add("another refresh token");
    }

    @Override
    public void superseded() {
        events.add("superseded");
    }

    @Override
    public void storeFailed(StoreFailure failure) {
        events.add("store " + failure.problem());
    }

    @Override
    public void storeRecovered(StoreProblem from) {
        events.add("store recovered from " + from);
    }

    @Override
    public void savedLate() {
        events.add("saved");
    }

    @Override
    public void publishingFailed(StoreFailure failure) {
        events.add("file " + failure.problem());
    }

    @Override
    public void publishingRecovered(StoreProblem from) {
        events.add("file recovered from " + from);
    }
}

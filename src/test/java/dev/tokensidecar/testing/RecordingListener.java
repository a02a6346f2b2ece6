package dev.tokensidecar.testing;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.StoreFailure;
import dev.tokensidecar.token.StoreProblem;
import dev.tokensidecar.token.TokenException;
import dev.tokensidecar.token.TokenListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes down every event as a short text. */
public final class RecordingListener implements TokenListener {

    private final List<String> events = Collections.synchronizedList(new ArrayList<>());

    public List<String> events() {
        return events;
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
    public void refused(TokenException why, Duration wait) {
        events.add("refused " + why.getClass().getSimpleName());
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
    public void refreshed(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
        events.add("refreshed " + refresh.reason() + (refreshTokenPersisted ? "" : " unsaved"));
    }

    @Override
    public void refreshFailed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        events.add("failed " + refresh.reason() + " " + failure.error() + (tokenStillUsable ? " still usable" : ""));
    }

    @Override
    public void inDoubt(Instant since) {
        events.add("in doubt since " + since);
    }

    @Override
    public void anotherRefreshToken() {
        events.add("another refresh token");
    }

    @Override
    public void storeFailed(StoreFailure failure) {
        events.add("store " + failure.problem());
    }

    @Override
    public void storeRecovered(StoreProblem from) {
        events.add("store well again after " + from);
    }

    @Override
    public void saved() {
        events.add("saved");
    }

    @Override
    public void fileFailed(StoreFailure failure) {
        events.add("file " + failure.problem());
    }

    @Override
    public void fileRecovered(StoreProblem from) {
        events.add("file well again after " + from);
    }
}

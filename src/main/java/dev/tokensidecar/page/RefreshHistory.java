package dev.tokensidecar.page;

import dev.tokensidecar.token.AccessToken;
import dev.tokensidecar.token.LastRefresh;
import dev.tokensidecar.token.RefreshFailure;
import dev.tokensidecar.token.RefreshObserver;
import dev.tokensidecar.token.RefreshReason;
import dev.tokensidecar.token.TimeSource;
import dev.tokensidecar.token.TokenListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Remembers the latest refreshes of one token. */
public final class RefreshHistory implements TokenListener, RefreshObserver {

    private static final int LATEST = 50;

    private final TimeSource time;
    private final Deque<LastRefresh> refreshes = new ArrayDeque<>();

    public RefreshHistory(TimeSource time) {
        this.time = time;
    }

    /** Returns the latest refreshes, the oldest first. */
    public synchronized List<LastRefresh> latest() {
        return List.copyOf(refreshes);
    }

    @Override
    public RefreshObserver refreshStarting(RefreshReason reason) {
        return this;
    }

    @Override
    public void succeeded(LastRefresh refresh, AccessToken token, boolean refreshTokenPersisted) {
        add(refresh);
    }

    @Override
    public void adopted(LastRefresh refresh, AccessToken token) {
        add(refresh);
    }

    /** Another process has refreshed before this one had a reason to. */
    @Override
    public void adopted(AccessToken token) {
        add(new LastRefresh(time.now().instant(), RefreshReason.AHEAD_OF_EXPIRY, LastRefresh.ADOPTED, Duration.ZERO));
    }

    @Override
    public void failed(LastRefresh refresh, RefreshFailure failure, Duration pause, boolean tokenStillUsable) {
        add(refresh);
    }

    private synchronized void add(LastRefresh refresh) {
        if (refreshes.size() == LATEST) {
            var unused = refreshes.removeFirst();
        }
        refreshes.addLast(refresh);
    }
}

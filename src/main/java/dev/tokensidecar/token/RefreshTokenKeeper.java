package dev.tokensidecar.token;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Sees to it that the newest refresh token is kept: within a deadline while callers wait, and again later if that failed.
 * A save that fails never loses the token, which stays in memory; it only costs durability, and that is told.
 */
final class RefreshTokenKeeper {

    private static final int RETRIES = 2;

    private final RefreshTokenStore store;
    private final RefreshPolicy policy;
    private final ScheduledExecutorService timers;
    private final TokenListener listener;

    RefreshTokenKeeper(
            RefreshTokenStore store, RefreshPolicy policy, ScheduledExecutorService timers, TokenListener listener) {
        this.store = store;
        this.policy = policy;
        this.timers = timers;
        this.listener = listener;
    }

    /** The refresh token to start with; fails with a {@link RefreshFailure} if there is none. */
    Uni<RefreshToken> load() {
        return store.load().map(found -> found.orElseThrow(RefreshTokenKeeper::noRefreshToken));
    }

    /** Whether a restart would find the token; never fails, since the old refresh token may be dead already. */
    Uni<Boolean> keep(RefreshToken next) {
        return Uni.createFrom()
                .deferred(() -> store.save(next))
                .onFailure()
                .retry()
                .atMost(RETRIES)
                .ifNoItem()
                .after(policy.saveTimeout())
                .on(timers)
                .fail()
                .map(ignored -> store.durable())
                .onFailure()
                .invoke(listener::saveFailed)
                .onFailure()
                .recoverWithItem(false);
    }

    /** Tries once more to save a token that could not be saved; emits whether a restart would find it now. */
    Uni<Boolean> keepLater(RefreshToken unsaved) {
        return store.durable() ? keep(unsaved) : Uni.createFrom().item(false);
    }

    private static RefreshFailure noRefreshToken() {
        return new RefreshFailure.Misconfigured(
                "no_refresh_token",
                "there is no refresh token: mount one and name its file in sidecar.token.store.refresh-token-file");
    }
}
